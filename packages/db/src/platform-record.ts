import { TrainChainError } from "@trainchain/protocol";
import { sql } from "drizzle-orm";
import type { Database, Executor } from "./connect.ts";
import { platformRecords } from "./schema/index.ts";
import { untilRecorded } from "./until-recorded.ts";

/** What API, indexer and worker of one platform have in common; addresses in small letters. */
export interface PlatformRecord {
  chainId: number;
  escrow: string;
  /** The wallet that the platform's jobs name as their aggregator. */
  aggregator: string;
}

/** Of jobs that are not over: where they are, and how many. */
interface OpenJobs extends Pick<PlatformRecord, "escrow" | "aggregator"> {
  count: number;
}

/** What this database's worker has recorded; undefined before its first start. */
export async function findPlatform(db: Executor): Promise<PlatformRecord | undefined> {
  const { chainId, escrow, aggregator } = platformRecords;
  const [row] = await db.select({ chainId, escrow, aggregator }).from(platformRecords);
  return row;
}

/**
 * The worker's part: records where the platform stands, at the first start and where an operator has moved it. No move
 * leaves open jobs behind: nobody would judge them, and at the end of their review all is paid unjudged. Waits while the
 * database is away.
 * @throws TrainChainError `configuration-invalid` where jobs would be left behind; it says how many
 */
export function recordPlatform(db: Database, own: PlatformRecord, signal: AbortSignal): Promise<void> {
  return untilRecorded(() => tryToRecord(db, own), assertNoneLeftBehind(own), signal);
}

/**
 * The others' part: waits until something is recorded, also while the database is away, and compares it with a process's
 * own settings.
 * @throws TrainChainError `configuration-invalid` where they differ
 */
export function untilPlatform(db: Executor, own: PlatformRecord, signal: AbortSignal): Promise<void> {
  return untilRecorded(
    () => findPlatform(db),
    (recorded) => assertPlatform(recorded, own),
    signal,
  );
}

/** @throws TrainChainError `configuration-invalid` */
export function assertPlatform(recorded: PlatformRecord | undefined, own: PlatformRecord): void {
  if (recorded === undefined || isSame(recorded, own)) return;
  throw new TrainChainError(
    "configuration-invalid",
    `this database's platform stands on ${inWords(recorded)}, as its worker has recorded; set here: ${inWords(own)}`,
    {
      fix: 'Set CHAIN_ID, ESCROW_ADDRESS and AGGREGATOR_ADDRESS to what is recorded. To move the platform, see docs/operations.md, "Another escrow".',
    },
  );
}

/** Records the platform unless that leaves jobs behind; tells these. */
async function tryToRecord(
  db: Database,
  own: PlatformRecord,
): Promise<{ recorded: PlatformRecord | undefined; left: OpenJobs[] }> {
  return db.transaction(async (tx) => {
    // Of workers that start at once one after the other looks.
    await tx.execute(sql`lock table platform_records in share row exclusive mode`);
    const recorded = await findPlatform(tx);
    if (recorded && isSame(recorded, own)) return { recorded, left: [] };
    const left = await countJobsLeftBehind(tx, recorded, own);
    if (left.length > 0) return { recorded, left };
    await tx
      .insert(platformRecords)
      .values(own)
      .onConflictDoUpdate({ target: platformRecords.id, set: { ...own, recordedAt: sql`now()` } });
    return { recorded: own, left };
  });
}

/**
 * Open jobs of the platform, and those with a refusal that is not decided, which a worker of `own` would not take up. Of
 * a predecessor's contract, whose jobs were never prepared here, none is.
 */
async function countJobsLeftBehind(
  db: Executor,
  recorded: PlatformRecord | undefined,
  own: PlatformRecord,
): Promise<OpenJobs[]> {
  const isLeft = sql.join(
    [
      sql`jobs.escrow <> ${own.escrow}`,
      // Another key is of no account where nothing is recorded: the record is removed when a key is lost.
      ...(recorded && recorded.aggregator !== own.aggregator
        ? [sql`jobs.aggregator <> ${own.aggregator}`]
        : []),
      ...(recorded && recorded.chainId !== own.chainId ? [sql`true`] : []),
    ],
    sql` or `,
  );
  const { rows } = await db.execute<{ escrow: string; aggregator: string; count: string }>(sql`
    select escrow, aggregator, count(*) as count from jobs
    where own and (${isLeft})
      and (status = 'open' or exists (select from slots
        where (slots.escrow, slots.job_id) = (jobs.escrow, jobs.job_id)
          and slots.status in ('rejection-pending','rejection-appealed')))
      and exists (select from llm_finetune_jobs as prepared where prepared.spec_cid = jobs.spec_cid)
    group by 1, 2 order by 3 desc`);
  return rows.map(({ count, ...where }) => ({ ...where, count: Number(count) }));
}

function assertNoneLeftBehind(own: PlatformRecord) {
  return ({ recorded, left }: { recorded: PlatformRecord | undefined; left: OpenJobs[] }): void => {
    if (left.length === 0) return;
    const jobs = left.map(({ count, ...where }) => `${count} of ${placeInWords(where)}`).join(", ");
    const count = left.reduce((sum, { count }) => sum + count, 0);
    throw new TrainChainError(
      "configuration-invalid",
      `${count} ${count === 1 ? "job is" : "jobs are"} open (${jobs}) that nobody would judge, so that all is paid unjudged; ${recorded ? `recorded: ${inWords(recorded)}; ` : ""}set here: ${inWords(own)}`,
      {
        fix: 'CHAIN_ID, ESCROW_ADDRESS and the aggregator\'s key must stay what they were until these jobs end: set them back. See docs/operations.md, "Another escrow".',
      },
    );
  };
}

function isSame(one: PlatformRecord, other: PlatformRecord): boolean {
  return inWords(one) === inWords(other);
}

function inWords({ chainId, ...where }: PlatformRecord): string {
  return `chain ${chainId}, ${placeInWords(where)}`;
}

function placeInWords({ escrow, aggregator }: Omit<PlatformRecord, "chainId">): string {
  return `escrow ${escrow}, aggregator ${aggregator}`;
}
