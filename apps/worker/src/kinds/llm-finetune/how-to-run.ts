import { findEmbeddedModel } from "@trainchain/protocol";

/** The ranks that vLLM has kernels for (`MaxLoRARanks` of vllm/config/lora.py, 0.27). */
const vllmRanks = [1, 8, 16, 32, 64, 128, 256, 320, 512];

/**
 * The part of a model card that says how to run an adapter, in Markdown, with its own numbers. What only this trainer
 * knows by its name, others cannot serve by it.
 */
export function howToRun({ model, rank }: { model: string; rank: number }): string {
  const base = findEmbeddedModel(model) ? "BASE" : model;
  const served = vllmRanks.find((known) => known >= rank);
  const vllm =
    served === undefined
      ? `vLLM serves no adapter of a rank over ${vllmRanks.at(-1)}, and this one has ${rank}: export it merged, and serve the folder.`
      : `vLLM: \`vllm serve ${base} --enable-lora --max-lora-rank ${served} --lora-modules tuned=.\``;
  return `- Python: \`PeftModel.from_pretrained\`.
- ${vllm}
- llama.cpp: \`trainchain result export . --gguf\`, then \`llama-cli -m BASE.gguf --lora adapter.gguf\`, with the base model in GGUF.
- Ollama: \`trainchain result export . --ollama\`, then \`ollama create my-model\` in the folder it makes.
- The whole model in safetensors, for anything else: \`trainchain result export . --merged\`.

\`trainchain\` is TrainChain's command line: \`npm run trainchain --\` in the folder of its source, with this folder's path for \`.\`.
`;
}
