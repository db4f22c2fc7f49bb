import type { Deps } from "../deps.ts";
import { assertRoom } from "../uploads/assert-room.ts";
import { assertReady } from "./assert-ready.ts";

/**
 * That this process is ready, and takes what contributors have to hand over: time in which it does not is the
 * platform's, and nobody is refused for what was missing meanwhile.
 * @throws TrainChainError
 */
export async function assertServing(deps: Deps): Promise<void> {
  await assertReady(deps);
  const minFreeBytes = deps.limits.minFreeBytes.adapter;
  // Room for one of a usual size, and for what others send meanwhile.
  await assertRoom(deps.uploads.dir, { neededBytes: minFreeBytes, minFreeBytes });
}
