export * from "./count-jobs.ts";
export * from "./count-queue.ts";
export * from "./count-transactions.ts";
export * from "./find-indexed-block.ts";
export * from "./list-stuck-jobs.ts";
