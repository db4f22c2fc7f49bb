export { adapterConfig } from "./adapter-config.ts";
export { AdapterError, type CheckName } from "./adapter-error.ts";
export { type BertConfig, isEncoder, modulesOfBert } from "./bert-modules.ts";
export { type ByteSource, bytesSource } from "./byte-source.ts";
export { type AdapterVerdict, checkFigures, type FigureThresholds } from "./check-figures.ts";
export type { CheckResult } from "./checks/check-result.ts";
export type { Reach } from "./checks/optimizer-reach.ts";
export { chooseRank } from "./choose-rank.ts";
export { initialA } from "./initial-adapter.ts";
export {
  type AdaptedModule,
  type AdapterLayout,
  adapterLayout,
  assertAdapterHeader,
  loraAKey,
  loraBKey,
} from "./layout.ts";
export { type LlamaLikeConfig, modulesOfLlamaLike } from "./llama-modules.ts";
export type { AdapterFigures } from "./measure-module.ts";
export type { MergeMethod } from "./merge-module.ts";
export {
  type Dtype,
  readSafetensorsHeader,
  type SafetensorsHeader,
  type TensorInfo,
} from "./safetensors-read.ts";
export { planSafetensors, type SafetensorsPlan, type TensorSpec } from "./safetensors-write.ts";
