import type { JobKind, JobStatus, SlotStatus, UnknownKind } from "@trainchain/protocol";
import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  check,
  doublePrecision,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  smallint,
  text,
} from "drizzle-orm/pg-core";
import { moment, wei } from "./columns.ts";

/** `reinstated`: refused by the aggregator, and its job's referee has overturned that. */
type SubmissionStatus = "submitted" | "rejected" | "reinstated" | "paid" | "unpaid";

/*
 * Chain-derived tables: apps/indexer is their only writer. Dropping them and following the chain again gives
 * the same rows. A job of the predecessor contract lives here too, under its own `escrow` address.
 */

/** Recent blocks by hash, to notice a reorganisation. */
export const blocks = pgTable("blocks", {
  number: bigint("number", { mode: "bigint" }).primaryKey(),
  hash: text("hash").notNull(),
  parentHash: text("parent_hash").notNull(),
  minedAt: moment("mined_at").notNull(),
});

/** How far each followed contract has been read. */
export const chainCursors = pgTable("chain_cursors", {
  escrow: text("escrow").primaryKey(),
  chainId: integer("chain_id").notNull(),
  nextBlock: bigint("next_block", { mode: "bigint" }).notNull(),
});

/** Every event of the followed contracts, as decoded. `args` holds wei and ids as decimal strings. */
export const chainEvents = pgTable(
  "chain_events",
  {
    blockNumber: bigint("block_number", { mode: "bigint" }).notNull(),
    logIndex: integer("log_index").notNull(),
    escrow: text("escrow").notNull(),
    transactionHash: text("transaction_hash").notNull(),
    name: text("name").notNull(),
    jobId: bigint("job_id", { mode: "bigint" }),
    args: jsonb("args").$type<Record<string, unknown>>().notNull(),
    minedAt: moment("mined_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.blockNumber, table.logIndex] }),
    index("chain_events_by_job").on(table.escrow, table.jobId, table.blockNumber, table.logIndex),
    index("chain_events_by_wallet")
      .on(sql`(args->>'wallet')`)
      .where(sql`name in ('PaymentDeferred','Withdrawn')`),
  ],
);

export const jobs = pgTable(
  "jobs",
  {
    escrow: text("escrow").notNull(),
    jobId: bigint("job_id", { mode: "bigint" }).notNull(),
    kind: text("kind").$type<JobKind | UnknownKind>().notNull(),
    requester: text("requester").notNull(),
    specCid: text("spec_cid"),
    minContributors: smallint("min_contributors").notNull(),
    maxContributors: smallint("max_contributors").notNull(),
    acceptBy: moment("accept_by"),
    trainingPeriodSeconds: integer("training_period_seconds").notNull(),
    reviewPeriodSeconds: integer("review_period_seconds").notNull(),
    bondWei: wei("bond_wei").notNull(),
    /** The bond in hundredths of a per cent of a share; null for jobs of the escrow's first version, which knows none. */
    bondBps: smallint("bond_bps"),
    /** Who hears appeals against refusals; null for nobody. */
    referee: text("referee"),
    /** Whether a slot is taken only with the requester's permit. */
    permitOnly: boolean("permit_only").notNull().default(false),
    stakeWei: wei("stake_wei").notNull(),
    feeBps: smallint("fee_bps").notNull(),
    aggregator: text("aggregator").notNull(),
    /**
     * Whether it is a job of this platform: it was prepared here, and names the platform's aggregator. Only those are
     * listed and counted; of a predecessor's contract all are. Anybody may put others on chain for the gas alone.
     */
    own: boolean("own").notNull().default(true),
    status: text("status").$type<JobStatus>().notNull(),
    /** Slots whose holder may still deliver or has delivered. */
    slotsTaken: smallint("slots_taken").notNull(),
    slotsSubmitted: smallint("slots_submitted").notNull(),
    resultCid: text("result_cid"),
    refundWei: wei("refund_wei"),
    feeWei: wei("fee_wei"),
    createdAt: moment("created_at").notNull(),
    closedAt: moment("closed_at"),
  },
  (table) => [
    primaryKey({ columns: [table.escrow, table.jobId] }),
    // Read backwards by market/list-jobs.ts: an index "desc nulls last" would not serve its "desc".
    index("jobs_newest").on(table.own, table.createdAt, table.jobId, table.escrow),
    index("jobs_by_status").on(table.own, table.status, table.createdAt, table.jobId, table.escrow),
    index("jobs_by_kind").on(table.own, table.kind, table.createdAt, table.jobId, table.escrow),
    index("jobs_by_requester").on(table.requester, table.createdAt.desc(), table.jobId.desc()),
    index("jobs_by_spec").on(table.specCid),
    check("jobs_status", sql`status in ('open','completed','settled','expired','cancelled')`),
    check("jobs_kind", sql`kind ~ '^[a-z][a-z0-9-]{0,39}$'`),
  ],
);

/** One acceptance of one job by one wallet (a wallet accepts a job at most once). */
export const slots = pgTable(
  "slots",
  {
    escrow: text("escrow").notNull(),
    jobId: bigint("job_id", { mode: "bigint" }).notNull(),
    contributor: text("contributor").notNull(),
    slot: smallint("slot").notNull(),
    delegate: text("delegate").notNull(),
    status: text("status").$type<SlotStatus>().notNull(),
    /** Until when its holder may deliver; of a refusal that has not taken effect, until when it may be appealed, or ruled on. */
    deadline: moment("deadline"),
    acceptedAt: moment("accepted_at").notNull(),
    /** Of its bond: for a missed deadline, or a refusal that burned it. */
    forfeitedWei: wei("forfeited_wei"),
    paidWei: wei("paid_wei"),
  },
  (table) => [
    primaryKey({ columns: [table.escrow, table.jobId, table.contributor] }),
    index("slots_by_contributor").on(table.contributor, table.acceptedAt, table.jobId, table.escrow),
    // Few at a time: a refusal is contested for four days at most.
    index("slots_contested")
      .on(table.deadline)
      .where(sql`status in ('rejection-pending','rejection-appealed')`),
    check(
      "slots_status",
      sql`status in ('accepted','submitted','rejected','released','rejection-pending','rejection-appealed','reinstated')`,
    ),
  ],
);

/** The roadmap's contributor_submissions: each contributor's adapter for a job, with time and status. */
export const contributorSubmissions = pgTable(
  "contributor_submissions",
  {
    escrow: text("escrow").notNull(),
    jobId: bigint("job_id", { mode: "bigint" }).notNull(),
    contributor: text("contributor").notNull(),
    adapterCid: text("adapter_cid").notNull(),
    submittedAt: moment("submitted_at").notNull(),
    status: text("status").$type<SubmissionStatus>().notNull(),
    reasonCid: text("reason_cid"),
    transactionHash: text("transaction_hash").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.escrow, table.jobId, table.contributor] }),
    index("contributor_submissions_by_cid").on(table.adapterCid),
    check(
      "contributor_submissions_status",
      sql`status in ('submitted','rejected','reinstated','paid','unpaid')`,
    ),
  ],
);

/** Counts per contributor over the platform's own jobs, kept with each event; the pool page reads only this. */
export const contributorStats = pgTable(
  "contributor_stats",
  {
    contributor: text("contributor").primaryKey(),
    jobsAccepted: integer("jobs_accepted").notNull(),
    /** Of those, the ones whose outcome is settled; the completion rate is a share of these. */
    jobsEnded: integer("jobs_ended").notNull().default(0),
    jobsCompleted: integer("jobs_completed").notNull(),
    /** Slots accepted in jobs that are still open. */
    jobsActive: integer("jobs_active").notNull(),
    /** What it was paid in jobs with a spec. */
    earnedWei: wei("earned_wei").notNull(),
    /** Wallets that paid it that. */
    requesters: integer("requesters").notNull().default(0),
    /** The sum over those of the square root of what each paid, in POL: many that paid count more than one that paid much. */
    standing: doublePrecision("standing").notNull().default(0),
    memberSince: moment("member_since").notNull(),
  },
  (table) => [
    // One for each order of the contributor pool; the expressions are those of market/list-contributors.ts.
    index("contributor_stats_by_standing").on(sql`standing desc`, table.contributor),
    index("contributor_stats_by_jobs").on(sql`(jobs_completed::float8) desc`, table.contributor),
    index("contributor_stats_by_rate").on(
      sql`(jobs_completed::float8 / greatest(jobs_ended, 1)) desc`,
      table.contributor,
    ),
    index("contributor_stats_by_age").on(
      sql`(-extract(epoch from member_since at time zone 'UTC')::float8) desc`,
      table.contributor,
    ),
    index("contributor_stats_by_profile_id").on(
      sql`left(encode(sha256(('trainchain/profile/' || ${table.contributor})::bytea), 'hex'), 16)`,
    ),
    // Finds parts of an address, by the extension pg_trgm.
    index("contributor_stats_by_part").using("gin", table.contributor.op("gin_trgm_ops")),
  ],
);

/**
 * What jobs and contributor_stats add up to, in one row: counting would read both whole. Triggers of those two tables
 * keep it (migration 0008), so it is right whoever writes them, and a backup leaves it out.
 */
export const totals = pgTable(
  "totals",
  {
    id: smallint("id").primaryKey().default(1),
    jobsCompleted: integer("jobs_completed").notNull().default(0),
    jobsOpen: integer("jobs_open").notNull().default(0),
    contributors: integer("contributors").notNull().default(0),
    contributorsActive: integer("contributors_active").notNull().default(0),
    paidWei: wei("paid_wei").notNull().default(sql`0`),
  },
  () => [check("totals_one_row", sql`id = 1`)],
);

/** Payments that could not be pushed, minus withdrawals, per wallet: for the release before, which reads and writes it. */
export const withdrawableBalances = pgTable("withdrawable_balances", {
  wallet: text("wallet").primaryKey(),
  amountWei: wei("amount_wei").notNull(),
});
