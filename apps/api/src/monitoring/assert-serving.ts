import { findStatesToCome } from "@trainchain/db/replays";
import type { Deps } from "../deps.ts";
import { assertRoom } from "../uploads/assert-room.ts";
import { reservedBytes } from "../uploads/reserved-bytes.ts";
import { assertReady } from "./assert-ready.ts";

/** How often the store is asked whether it answers: some are paid for by the question. */
const storeAskedMs = 30_000;
/** Of no bytes. */
const emptyCid = "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku";

/**
 * Makes what throws unless this process is ready, and takes the states that contributors have to hand over: time in
 * which it does not is the platform's, and nobody is refused for what was missing meanwhile.
 */
export function createAssertServing(deps: Deps): () => Promise<void> {
  const { connection, limits, platform, storage, uploads } = deps;
  let answeredMs = 0;
  return async () => {
    await assertReady(deps);
    const { largestBytes } = await findStatesToCome(connection.db, platform.escrow);
    // One that comes lies here twice for a moment.
    await assertRoom(uploads.dir, {
      neededBytes: 2 * largestBytes,
      minFreeBytes: limits.minFreeBytes.boundary,
    });
    if (Date.now() < answeredMs + storeAskedMs) return;
    await storage.has(emptyCid);
    answeredMs = Date.now();
  };
}

/** Whether no adapter is answered that there is no room for it: one lies here twice for a moment. */
export async function hasRoomForAdapters(deps: Deps): Promise<boolean> {
  const { adapterBytes, minFreeBytes: floors } = deps.limits;
  const minFreeBytes = floors.adapter + (await reservedBytes(deps));
  return assertRoom(deps.uploads.dir, { neededBytes: 2 * adapterBytes, minFreeBytes }).then(
    () => true,
    () => false,
  );
}

/** Makes what an API says of itself with its heartbeat; its log says when its disk gets full, and when it has room again. */
export function createSaying(deps: Deps): () => Promise<{ takesAdapters: boolean }> {
  let last = true;
  return async () => {
    const takesAdapters = await hasRoomForAdapters(deps);
    if (takesAdapters !== last) {
      if (takesAdapters) deps.logger.info("the disk has room for adapters again");
      else
        deps.logger.error(
          "the disk is nearly full: it has no room for every adapter, and contributors are waited for",
        );
    }
    last = takesAdapters;
    return { takesAdapters };
  };
}
