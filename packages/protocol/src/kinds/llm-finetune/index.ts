export * from "./base-models.ts";
export * from "./checks.ts";
export * from "./reach.ts";
export * from "./receipt.ts";
export * from "./request.ts";
export * from "./spec.ts";
export * from "./summary.ts";
export * from "./training-rates.ts";
