export * from "./connect.ts";
export * from "./enqueue-task.ts";
export * from "./hold-leadership.ts";
export * from "./migrate.ts";
export * from "./open-session.ts";
export * from "./schema/index.ts";
