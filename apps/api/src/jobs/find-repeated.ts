import type { Executor } from "@trainchain/db";
import { keepIdempotencyKey } from "@trainchain/db/market";
import { TrainChainError } from "@trainchain/protocol";
import type { Repeatable } from "../http/idempotency.ts";

/**
 * The draft that a request which is sent again has made already; else its key is kept for the one that it makes now.
 *
 * @throws TrainChainError `conflict` where another request was made under the key
 */
export async function findRepeated(
  tx: Executor,
  { id, ...asked }: Repeatable & { id: string; requester: string; createdAt: Date },
): Promise<string | undefined> {
  const known = await keepIdempotencyKey(tx, { ...asked, draftId: id });
  if (known === undefined || known.fingerprint === asked.fingerprint) return known?.draftId;
  throw new TrainChainError("conflict", `Idempotency-Key: another request was made under ${asked.key}`, {
    fix: "Send this request under a key of its own.",
  });
}
