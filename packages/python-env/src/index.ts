export * from "./ensure-environment.ts";
export * from "./ensure-uv.ts";
export * from "./environment-stamp.ts";
export * from "./find-local-model.ts";
export * from "./find-python.ts";
export * from "./progress.ts";
export * from "./run-python.ts";
export * from "./uv-environment.ts";
