import { and, eq } from "drizzle-orm";
import type { Executor } from "../connect.ts";
import type { JobKey } from "../job-key.ts";
import { replays } from "../schema/index.ts";

export type Replay = typeof replays.$inferSelect;
export type NewReplay = typeof replays.$inferInsert;
/** A slot, by the wallet that holds it. */
export type SlotKey = JobKey & { contributor: string };

const ofSlot = ({ escrow, jobId, contributor }: SlotKey) =>
  and(eq(replays.escrow, escrow), eq(replays.jobId, jobId), eq(replays.contributor, contributor));

/** What was drawn of a slot's delivery. */
export async function findReplay(db: Executor, key: SlotKey): Promise<Replay | undefined> {
  const [found] = await db.select().from(replays).where(ofSlot(key));
  return found;
}

/** What was drawn of a job's deliveries. */
export async function listReplays(db: Executor, { escrow, jobId }: JobKey): Promise<Replay[]> {
  return db
    .select()
    .from(replays)
    .where(and(eq(replays.escrow, escrow), eq(replays.jobId, jobId)));
}

/** Writes a draw down, in place of one that a reorganisation has undone. */
export async function saveReplay(db: Executor, replay: NewReplay): Promise<void> {
  const { escrow: _, jobId: __, contributor: ___, ...changes } = { check: null, outcome: null, ...replay };
  await db
    .insert(replays)
    .values(replay)
    .onConflictDoUpdate({ target: [replays.escrow, replays.jobId, replays.contributor], set: changes });
}

/** Writes down what doing it again came to. */
export async function saveReplayOutcome(
  db: Executor,
  key: SlotKey,
  judged: Pick<NewReplay, "check" | "outcome">,
): Promise<void> {
  await db.update(replays).set(judged).where(ofSlot(key));
}
