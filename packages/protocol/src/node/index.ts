export * from "./draw-segments.ts";
export * from "./free-bytes.ts";
export * from "./hash-tree.ts";
export * from "./is-alive.ts";
export * from "./proxies.ts";
export * from "./read-models.ts";
export * from "./relayed-acceptances-env.ts";
export * from "./web-url-schema.ts";
