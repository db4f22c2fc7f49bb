import {
  assertKnown,
  type JobView,
  knownJobSchema,
  knownOf,
  knownRequestSchema,
  pageOf,
  type RequestView,
} from "@trainchain/protocol";
import { z } from "zod";

/** A page of what this version knows. */
export interface KnownPage<Item> {
  items: Item[];
  nextCursor: string | null;
  /** Jobs of the page whose kind a newer platform has: they are passed over. */
  unknown: number;
}

const ofSomeKind = z.looseObject({ kind: z.unknown() });
const someRequest = z.looseObject({ job: ofSomeKind.optional(), draft: ofSomeKind.optional() });

/** Reads a page of jobs, whatever else is in it. */
export function readJobs(json: unknown): KnownPage<JobView> {
  const { items, nextCursor } = pageOf(ofSomeKind).parse(json);
  const known = knownOf(items);
  return { ...known, items: z.array(knownJobSchema).parse(known.items), nextCursor };
}

/** The same of requests. */
export function readRequests(json: unknown): KnownPage<RequestView> {
  const { items, nextCursor } = pageOf(someRequest).parse(json);
  const known = knownOf(items.map((request) => ({ request, kind: (request.job ?? request.draft)?.kind })));
  const requests = known.items.map(({ request }) => knownRequestSchema.parse(request));
  return { items: requests, nextCursor, unknown: known.unknown };
}

/**
 * Reads a job.
 * @throws TrainChainError `conflict` where this version does not know its kind
 */
export function readJob(json: unknown): JobView {
  return knownJobSchema.parse(assertKnown(ofSomeKind.extend({ jobId: z.string() }).parse(json)));
}
