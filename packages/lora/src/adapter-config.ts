import { isEncoder } from "./bert-modules.ts";
import type { AdaptedModule } from "./layout.ts";

/**
 * adapter_config.json of a merged adapter. Every consumer must compute the same scale: llama.cpp and Ollama divide
 * alpha by the tensor's rank, vLLM by one global rank, so one rank, no patterns, no rsLoRA. Alpha is the rank, the
 * scale 1, but for an adapter that is trained on with another.
 */
export function adapterConfig({
  baseModel,
  rank,
  alpha = rank,
  modules,
}: {
  baseModel: string;
  rank: number;
  alpha?: number;
  modules: readonly AdaptedModule[];
}) {
  const targets = new Set(modules.map(({ path }) => path.slice(path.lastIndexOf(".") + 1)));
  return {
    alpha_pattern: {},
    base_model_name_or_path: baseModel,
    bias: "none",
    fan_in_fan_out: false,
    inference_mode: true,
    init_lora_weights: true,
    lora_alpha: alpha,
    lora_dropout: 0,
    modules_to_save: null,
    peft_type: "LORA",
    r: rank,
    rank_pattern: {},
    target_modules: [...targets].sort(),
    task_type: isEncoder(modules) ? "FEATURE_EXTRACTION" : "CAUSAL_LM",
    use_dora: false,
    use_rslora: false,
  };
}
