export * from "./find-draft-of-round.ts";
export * from "./list-slot-moves.ts";
