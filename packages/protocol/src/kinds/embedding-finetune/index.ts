export * from "./limits.ts";
export * from "./models.ts";
export * from "./recall.ts";
export * from "./receipt.ts";
export * from "./request.ts";
export * from "./spec.ts";
export * from "./summary.ts";
