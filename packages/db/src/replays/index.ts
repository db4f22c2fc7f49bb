export * from "./largest-deliveries.ts";
export * from "./list-boundaries.ts";
export * from "./list-due-replays.ts";
export * from "./replays.ts";
export * from "./seconds-away.ts";
export * from "./states-to-come.ts";
