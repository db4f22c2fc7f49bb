export {
  type PreparedArchive,
  type PreparedImages,
  type PrepareImagesOptions,
  prepareImageArchive,
} from "./images/prepare-image-archive.ts";
export type { PartFile } from "./part-writer.ts";
export {
  detectFileFormat,
  type ShardDatasetOptions,
  type ShardManifest,
  shardDataset,
} from "./shard-dataset.ts";
