export * from "./checks.ts";
export * from "./models.ts";
export * from "./receipt.ts";
export * from "./request.ts";
export * from "./spec.ts";
export * from "./submission.ts";
export * from "./summary.ts";
