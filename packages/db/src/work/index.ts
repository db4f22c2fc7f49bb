export * from "./aggregations.ts";
export * from "./find-draft-to-prepare.ts";
export * from "./find-job-for-work.ts";
export * from "./list-due-jobs.ts";
export * from "./preparations.ts";
export * from "./transactions.ts";
export * from "./unlock-dead-pools.ts";
export * from "./verifications.ts";
