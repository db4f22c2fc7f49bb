export * from "./blocks.ts";
export * from "./cursor.ts";
export * from "./drop-derived-rows.ts";
export * from "./events.ts";
export type { JobKey } from "./job-key.ts";
export * from "./notify-jobs.ts";
export * from "./refresh-contributor-stats.ts";
export * from "./refresh-withdrawable-balances.ts";
export * from "./replace-jobs.ts";
