export { type AdapterFile, openAdapter } from "./adapter-file.ts";
export { type CheckInput, type CheckOptions, checkAdapters } from "./check-adapters.ts";
export { withFileSource } from "./file-source.ts";
export { type MergeInput, type MergeOptions, type MergeResult, mergeAdapters } from "./merge-adapters.ts";
export { writeInitialAdapter } from "./write-initial-adapter.ts";
