export * from "./app.ts";
export * from "./env.ts";
