export { type AdapterFile, openAdapter } from "./adapter-file.ts";
export { type CheckInput, type CheckOptions, checkAdapters } from "./check-adapters.ts";
export { withFileSource } from "./file-source.ts";
export { type MergeInput, type MergeOptions, mergeAdapters } from "./merge-adapters.ts";
export { mergeNextStart, mergeRound, type NextStart, type RoundAdapter } from "./merge-round.ts";
export { type MergeResult, type MergeTerm, mergeTerms, type TrainOn } from "./merge-terms.ts";
export { writeInitialAdapter } from "./write-initial-adapter.ts";
