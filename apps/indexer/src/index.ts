export * from "./app.ts";
export * from "./env.ts";
export * from "./follow-chain.ts";
export * from "./reindex.ts";
export * from "./run-indexer.ts";
