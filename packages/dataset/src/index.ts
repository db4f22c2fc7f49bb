export { type AlpacaField, type AlpacaRow, alpacaFields, serialiseRow } from "./alpaca-row.ts";
export { checkDataset } from "./check-dataset.ts";
export { type DatasetFormat, datasetFormats, detectFormat } from "./detect-format.ts";
export type { LengthStatistics } from "./length-statistics.ts";
export {
  defaultHoldout,
  type PlanOptions,
  placeRows,
  planShards,
  type RowPlaces,
  type ShardPlan,
} from "./plan-shards.ts";
export { type Problem, type ProblemKind, problemTable } from "./problems.ts";
export {
  type ByteChunks,
  type DatasetReport,
  type RowVisitor,
  type ScanOptions,
  scanDataset,
} from "./scan-dataset.ts";
