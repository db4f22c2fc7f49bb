export * from "./chain.ts";
export * from "./market.ts";
export * from "./work.ts";
