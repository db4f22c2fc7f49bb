export * from "./base-models.ts";
export * from "./proposed-rates.ts";
export * from "./receipt.ts";
export * from "./request.ts";
export * from "./spec.ts";
export * from "./summary.ts";
