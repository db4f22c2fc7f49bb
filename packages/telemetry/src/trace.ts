import { AsyncLocalStorage } from "node:async_hooks";

/** What the present work is for. Every log line written meanwhile carries it, without being handed it. */
export interface Trace {
  /** Given to an HTTP request by the API; travels with the task and the transaction that it calls for. */
  requestId?: string;
  jobId?: string;
  draftId?: string;
  task?: string;
}

const storage = new AsyncLocalStorage<Trace>();

/** Runs `work`, and whatever it begins, under these facts; they are added to those already known. */
export function withTrace<Result>(facts: Trace, work: () => Result): Result {
  const known = Object.entries(facts).filter(([, value]) => value !== undefined);
  return storage.run({ ...storage.getStore(), ...Object.fromEntries(known) }, work);
}

/** The facts of the work under way. */
export function currentTrace(): Readonly<Trace> {
  return storage.getStore() ?? {};
}
