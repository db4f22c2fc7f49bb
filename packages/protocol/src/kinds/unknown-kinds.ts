import { TrainChainError } from "../errors.ts";
import { counted } from "./fact.ts";
import { type JobKind, jobKinds, kindWords } from "./words.ts";

/** A kind of job that this version does not know, by its number in the escrow. */
export type UnknownKind = `kind-${number}`;

/** The kind of an escrow's number. */
export function kindOfNumber(number: number): JobKind | UnknownKind {
  return jobKinds[number] ?? `kind-${number}`;
}

/** Whether this version knows a kind of job: a newer platform may list others. */
export function isKnownKind(kind: unknown): kind is JobKind {
  return jobKinds.some((known) => known === kind);
}

/** What a kind is called. */
export function nameOfKind(kind: string): string {
  return isKnownKind(kind) ? kindWords[kind].name : "A kind this version does not know";
}

/** What is said of so many jobs of a list that are passed over, in place of failing at them. */
export function describeUnknown(count: number): string {
  return `${counted(count, "job")} of a kind this version does not know`;
}

/**
 * A job of a kind that this version knows.
 * @throws TrainChainError `conflict` where it is of another
 */
export function assertKnown<Job extends { kind: unknown; jobId: string }>(job: Job): Job & { kind: JobKind } {
  const { kind, jobId } = job;
  if (isKnownKind(kind)) return { ...job, kind };
  throw new TrainChainError("conflict", `job ${jobId} is of a kind this version does not know`, {
    fix: "Use a newer version of this program.",
  });
}

/** Those of a page that this version knows, and how many of it are passed over. */
export function knownOf<Item extends { kind: unknown }>(
  items: readonly Item[],
): { items: (Item & { kind: JobKind })[]; unknown: number } {
  const known = items.filter((item): item is Item & { kind: JobKind } => isKnownKind(item.kind));
  return { items: known, unknown: items.length - known.length };
}
