export * from "./read-deployment.ts";
