export * from "./agent-job.ts";
export * from "./app-requests.ts";
export * from "./app-settings.ts";
export * from "./app-state.ts";
