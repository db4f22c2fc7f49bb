export * from "./find-draft-of-round.ts";
export * from "./list-jobs-to-continue.ts";
export * from "./list-slot-moves.ts";
