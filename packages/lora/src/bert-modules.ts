import type { AdaptedModule } from "./layout.ts";

/** The fields of a Hugging Face config.json that determine the linear layers of a BERT. */
export interface BertConfig {
  readonly hidden_size: number;
  readonly intermediate_size: number;
  readonly num_hidden_layers: number;
}

/** Whether these are layers of a bare encoder: what answers keeps its own below a head. */
export function isEncoder(modules: readonly AdaptedModule[]): boolean {
  return modules.every(({ path }) => path.startsWith("encoder."));
}

/**
 * Every linear layer of a BERT without its pooler, as a sentence encoder is (PEFT's `all-linear`).
 * @throws RangeError for a size that is none
 */
export function modulesOfBert(config: BertConfig): AdaptedModule[] {
  const [hidden, inner, layers] = (["hidden_size", "intermediate_size", "num_hidden_layers"] as const).map(
    (field) => {
      if (Number.isInteger(config[field]) && config[field] > 0) return config[field];
      throw new RangeError(`config.json: ${field} is ${config[field]}, not a size`);
    },
  ) as [number, number, number];
  const perLayer: [name: string, inFeatures: number, outFeatures: number][] = [
    ["attention.self.query", hidden, hidden],
    ["attention.self.key", hidden, hidden],
    ["attention.self.value", hidden, hidden],
    ["attention.output.dense", hidden, hidden],
    ["intermediate.dense", hidden, inner],
    ["output.dense", inner, hidden],
  ];
  return Array.from({ length: layers }, (_, layer) =>
    perLayer.map(([name, inFeatures, outFeatures]) => ({
      path: `encoder.layer.${layer}.${name}`,
      inFeatures,
      outFeatures,
    })),
  ).flat();
}
