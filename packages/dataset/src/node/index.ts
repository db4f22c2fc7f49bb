export { cutShards } from "./cut-shards.ts";
export { openDatasetFile } from "./dataset-file.ts";
export type { PartFile } from "./part-writer.ts";
export {
  type ShardDatasetOptions,
  type ShardManifest,
  shardDataset,
} from "./shard-dataset.ts";
