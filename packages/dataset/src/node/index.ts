export type { PartFile } from "./part-writer.ts";
export {
  detectFileFormat,
  type ShardDatasetOptions,
  type ShardManifest,
  shardDataset,
} from "./shard-dataset.ts";
