import type { ProblemKind } from "./problems.ts";

/** Thrown among a file's bytes where no more of them can be had; the message says what happened. */
export class UnreadableFile extends Error {
  readonly kind: ProblemKind;

  constructor(kind: ProblemKind, message: string) {
    super(message);
    this.name = "UnreadableFile";
    this.kind = kind;
  }
}
