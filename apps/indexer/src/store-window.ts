import { type Database, type Executor, enqueueTasks, type QueuedTask } from "@trainchain/db";
import {
  advanceCursor,
  type ChainEvent,
  deleteBlocksAbove,
  deleteEventsAbove,
  hasWebhooks,
  type JobRows,
  listEventsOfJobs,
  markForeignJobs,
  notifyJobs,
  pruneBlocks,
  recordBlocks,
  refreshContributorStats,
  refreshWithdrawableBalances,
  replaceJobs,
  rewindCursors,
  upsertEvents,
} from "@trainchain/db/follow";
import { type Handler, replayJob } from "./handlers/job-state.ts";
import type { Window } from "./read-window.ts";

/** How each followed contract's events are understood, by address. */
export interface Understanding {
  handlers: Readonly<Record<string, Handler>>;
  /** Whether its jobs are ours to move on; a predecessor's are only shown. */
  ours: boolean;
  /** The wallets that the platform's own jobs name, where not every job of the contract is its own. */
  aggregators?: readonly string[];
}
export type Understandings = ReadonlyMap<string, Understanding>;

/** Blocks kept for finding a common ancestor, below the slowest cursor. */
const keptBlocks = 5_000;

/** Thrown inside a transaction to give it up: another process has moved the cursor. */
class CursorMoved extends Error {}

/**
 * Stores a window in one transaction: its events and blocks, all that follows from them, the work they call for,
 * the news for listeners, and the cursor behind it. Killed at any moment it is stored whole or not at all.
 */
export async function storeWindow(
  db: Database,
  understandings: Understandings,
  escrow: string,
  window: Window,
): Promise<void> {
  await db.transaction(async (tx) => {
    if (!(await advanceCursor(tx, escrow, window.from, window.to + 1n))) throw new CursorMoved();
    await recordBlocks(tx, window.blocks);
    await pruneBlocks(tx, keptBlocks);
    await upsertEvents(tx, window.events);
    await deriveAnew(tx, understandings, {
      changed: window.events,
      below: window.from,
      added: window.events,
    });
  });
}

/** Takes back everything above the block `ancestor`, in one transaction; the blocks there are then read anew. */
export async function rollBack(
  db: Database,
  understandings: Understandings,
  ancestor: bigint,
): Promise<void> {
  await db.transaction(async (tx) => {
    await rewindCursors(tx, ancestor + 1n);
    await deleteBlocksAbove(tx, ancestor);
    const changed = await deleteEventsAbove(tx, ancestor);
    await deriveAnew(tx, understandings, { changed, below: ancestor + 1n, added: [] });
  });
}

interface Change {
  /** New or deleted events. */
  changed: readonly ChainEvent[];
  /** The stored events of blocks below this one are as they were. */
  below: bigint;
  /** All events at and above it, just stored. */
  added: readonly ChainEvent[];
}

/** Derives anew what depends on the changed events: always from all the stored events of a job or wallet. */
async function deriveAnew(tx: Executor, understandings: Understandings, { changed, below, added }: Change) {
  if (changed.length === 0) return;
  const keys = changed.flatMap(({ escrow, jobId }) => (jobId === null ? [] : [{ escrow, jobId }]));
  const rows = replayJobs(understandings, [...(await listEventsOfJobs(tx, keys, below)), ...added]);
  const contributors = await replaceJobs(tx, keys, rows);
  for (const [escrow, { aggregators }] of understandings)
    if (aggregators)
      await markForeignJobs(
        tx,
        keys.filter((key) => key.escrow === escrow),
        aggregators,
      );
  await refreshContributorStats(tx, contributors);
  const wallets = changed.flatMap(({ args }) => (typeof args.wallet === "string" ? [args.wallet] : []));
  await refreshWithdrawableBalances(tx, [...new Set(wallets)]);
  const ours = rows.filter(({ job }) => understandings.get(job.escrow)?.ours);
  await enqueueTasks(tx, ours.filter(({ job }) => job.status === "open").flatMap(tasksFor));
  if (await hasWebhooks(tx)) await enqueueTasks(tx, ours.map(noticesFor));
  await notifyJobs(tx, keys);
}

/** The rows of every job among events in the chain's order. */
function replayJobs(understandings: Understandings, events: readonly ChainEvent[]): JobRows[] {
  const ofJobs = events.filter(({ jobId }) => jobId !== null);
  const histories = Map.groupBy(ofJobs, ({ escrow, jobId }) => `${escrow}/${jobId}`);
  return [...histories.values()].flatMap((events) => {
    const understanding = understandings.get(events[0]?.escrow ?? "");
    return (understanding && replayJob(understanding.handlers, events)) ?? [];
  });
}

function noticesFor({ job: { escrow, jobId } }: JobRows): QueuedTask {
  const payload = { escrow, jobId: jobId.toString() };
  return { name: "send-notices", payload, key: `send-notices/${escrow}/${jobId}` };
}

/** Every delivery without a verdict is looked at, then the job as a whole. Both find out themselves what is left to do. */
function tasksFor({ job, submissions }: JobRows): QueuedTask[] {
  const payload = { escrow: job.escrow, jobId: job.jobId.toString() };
  const id = `${job.escrow}/${job.jobId}`;
  return [
    ...submissions
      .filter(({ status }) => status === "submitted")
      .map(
        ({ contributor }): QueuedTask => ({
          name: "verify-adapter",
          payload: { ...payload, contributor },
          key: `verify-adapter/${id}/${contributor}`,
        }),
      ),
    { name: "advance-job", payload, key: `advance-job/${id}` },
  ];
}
