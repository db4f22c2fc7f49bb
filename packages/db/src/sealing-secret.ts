import { TrainChainError } from "@trainchain/protocol";
import { eq } from "drizzle-orm";
import type { Executor } from "./connect.ts";
import { secretFingerprints } from "./schema/index.ts";
import { untilRecorded } from "./until-recorded.ts";

const name = "SEALING_SECRET";

/** The fingerprint of the secret with which this database's content was sealed; undefined before the first start. */
export async function findSealingSecret(db: Executor): Promise<string | undefined> {
  const [row] = await db.select().from(secretFingerprints).where(eq(secretFingerprints.name, name));
  return row?.fingerprint;
}

/** Records the fingerprint, at the first start; returns what is recorded. */
export async function recordSealingSecret(db: Executor, fingerprint: string): Promise<string | undefined> {
  await db.insert(secretFingerprints).values({ name, fingerprint }).onConflictDoNothing();
  return findSealingSecret(db);
}

/**
 * Waits until a fingerprint is recorded, also while the database is away, and compares it with a process's own.
 * @throws TrainChainError `configuration-invalid` where they differ: the process could open nothing that was sealed
 */
export async function untilSealingSecret(
  look: () => Promise<string | undefined>,
  fingerprint: string,
  signal: AbortSignal,
): Promise<void> {
  await untilRecorded(look, (recorded) => assertSealingSecret(recorded, fingerprint), signal);
}

/** @throws TrainChainError `configuration-invalid` */
export function assertSealingSecret(recorded: string | undefined, fingerprint: string): void {
  if (recorded === undefined || recorded === fingerprint) return;
  throw new TrainChainError(
    "configuration-invalid",
    `${name} is another secret than the one with which this database's drafts, shards, adapters and results were sealed: none of them could be opened`,
    {
      fix: `Set ${name} back to it (a backup's keys file holds it). If it is lost for good, see docs/operations.md, "Another sealing secret".`,
    },
  );
}
