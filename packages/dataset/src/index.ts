export { type DatasetRow, serialiseRow, type Turn } from "./dataset-row.ts";
export { invalidDataset } from "./invalid-dataset.ts";
export { describeRows, type LayoutCount } from "./layouts/describe-rows.ts";
export { leftOutOf } from "./left-out.ts";
export type { LengthStatistics } from "./length-statistics.ts";
export { type ParquetAnswer, rowsApart } from "./parquet-apart.ts";
export {
  defaultHoldout,
  type PlanOptions,
  placeRows,
  planShards,
  type RowPlaces,
  type ShardPlan,
} from "./plan-shards.ts";
export { type Problem, type ProblemKind, placeOfProblem, problemTable } from "./problems.ts";
export { createRowReservoir, type RowReservoir } from "./row-reservoir.ts";
export type { ByteChunks, DatasetReport, RowVisitor, ScanOptions } from "./scan-dataset.ts";
export { type DatasetFile, scanFile } from "./scan-file.ts";
export { type DatasetFormat, datasetFormats } from "./text-shape.ts";
