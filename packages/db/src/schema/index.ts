export * from "./chain.ts";
export * from "./heartbeats.ts";
export * from "./market.ts";
export * from "./work.ts";
