export * from "./locked-entry.ts";
export * from "./wheel.ts";
