export { openDatasetFile } from "./dataset-file.ts";
export {
  type PreparedArchive,
  type PreparedImages,
  type PrepareImagesOptions,
  prepareImageArchive,
} from "./images/prepare-image-archive.ts";
export type { PartFile } from "./part-writer.ts";
export {
  type ShardDatasetOptions,
  type ShardManifest,
  shardDataset,
} from "./shard-dataset.ts";
