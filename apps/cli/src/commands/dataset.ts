import { addDatasetCheck } from "./dataset-check.ts";
import { addDatasetShard } from "./dataset-shard.ts";

export const datasetCommands = [addDatasetCheck, addDatasetShard];
