export * from "./connect.ts";
export * from "./enqueue-task.ts";
export * from "./hold-leadership.ts";
export * from "./is-database-down.ts";
export type { Listener, Listening } from "./listen.ts";
export * from "./migrate.ts";
export * from "./pause.ts";
export * from "./schema/index.ts";
export { type Session, tryLock, unlock } from "./session.ts";
