import type { Deps } from "../deps.ts";
import { assertRoom } from "../uploads/assert-room.ts";
import { assertReady } from "./assert-ready.ts";

/** How often the store is asked whether it answers: some are paid for by the question. */
const storeAskedMs = 30_000;
/** Of no bytes. */
const emptyCid = "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku";

/**
 * Makes what throws unless this process is ready, and takes what contributors have to hand over: time in which it does
 * not is the platform's, and nobody is refused for what was missing meanwhile.
 */
export function createAssertServing(deps: Deps): () => Promise<void> {
  let answeredMs = 0;
  return async () => {
    await assertReady(deps);
    const minFreeBytes = deps.limits.minFreeBytes.adapter;
    // Room for one of a usual size, and for what others send meanwhile.
    await assertRoom(deps.uploads.dir, { neededBytes: minFreeBytes, minFreeBytes });
    if (Date.now() < answeredMs + storeAskedMs) return;
    await deps.storage.has(emptyCid);
    answeredMs = Date.now();
  };
}
