export * from "./proxies.ts";
