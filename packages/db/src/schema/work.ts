import type {
  AnyResultDocument,
  CheckResult,
  DeliveryVerdict,
  DraftStatus,
  JobSpec,
  Notice,
  NoticeStatus,
  ReplayOutcome,
  slotMoveGas,
  TrialAnswer,
  TrialView,
} from "@trainchain/protocol";
import { sql } from "drizzle-orm";
import {
  bigint,
  check,
  doublePrecision,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  smallint,
  text,
  uniqueIndex,
} from "drizzle-orm/pg-core";
import { moment, wei } from "./columns.ts";

/* What the platform worked out: apps/worker is the only writer. */

type PreparationStatus = Extract<DraftStatus, "preparing" | "ready" | "failed">;
type TransactionStatus = "queued" | "sent" | "confirmed" | "reverted" | "refused";
/** What the platform sends for a slot: what its contributor signed, and what follows where it took the slot for that. */
export type RelayedCall = "acceptJobBySig" | keyof typeof slotMoveGas;
type TrialStatus = Exclude<TrialView["status"], "queued">;

/** How far the preparation of a draft has come, and what was wrong with its dataset if it failed. */
export const preparations = pgTable(
  "preparations",
  {
    draftId: text("draft_id").primaryKey(),
    status: text("status").$type<PreparationStatus>().notNull(),
    /** The dataset report: rows, problems (first 20 with line, field and fix; all counted), lengths. */
    report: jsonb("report").$type<Record<string, unknown>>(),
    error: jsonb("error").$type<{ code: string; message: string; fix?: string }>(),
    updatedAt: moment("updated_at").notNull().defaultNow(),
  },
  () => [check("preparations_status", sql`status in ('preparing','ready','failed')`)],
);

/**
 * The roadmap's llm_finetune_jobs: the prepared parameters of a job and its sealed shards. An image job is one row
 * like any other, with one shard and without the columns of LoRA.
 */
export const llmFinetuneJobs = pgTable(
  "llm_finetune_jobs",
  {
    draftId: text("draft_id").primaryKey(),
    specCid: text("spec_cid").notNull().unique(),
    spec: jsonb("spec").$type<JobSpec>().notNull(),
    modelName: text("model_name").notNull(),
    modelRevision: text("model_revision").notNull(),
    loraRank: integer("lora_rank"),
    loraAlpha: integer("lora_alpha"),
    targetModules: text("target_modules"),
    contributors: integer("contributors").notNull(),
    datasetFormat: text("dataset_format").notNull(),
    rows: integer("rows").notNull(),
    holdoutRows: integer("holdout_rows").notNull(),
    holdoutCid: text("holdout_cid").notNull(),
    /** One sealed shard a slot; an entry is revealed to that slot's wallet alone. */
    shardAssignments: jsonb("shard_assignments")
      .$type<{ slot: number; cid: string; rows: number; sizeBytes: number; sha256: string }[]>()
      .notNull(),
    preparedAt: moment("prepared_at").notNull().defaultNow(),
    /** Its job is over and nobody paid: the newest block that was known when holdout and shards were removed. */
    contentRemovedAt: moment("content_removed_at"),
  },
  (table) => [
    index("llm_finetune_jobs_by_holdout").on(table.holdoutCid),
    index("llm_finetune_jobs_by_shard").using("gin", table.shardAssignments.op("jsonb_path_ops")),
    index("llm_finetune_jobs_by_start").on(sql`(spec #>> '{series,start,cid}')`),
  ],
);

/** The verdict on one submitted adapter. */
export const adapterVerifications = pgTable(
  "adapter_verifications",
  {
    escrow: text("escrow").notNull(),
    jobId: bigint("job_id", { mode: "bigint" }).notNull(),
    contributor: text("contributor").notNull(),
    adapterCid: text("adapter_cid").notNull(),
    verdict: text("verdict").$type<DeliveryVerdict>().notNull(),
    checks: jsonb("checks").$type<CheckResult[]>().notNull(),
    adapterSha256: text("adapter_sha256"),
    sizeBytes: integer("size_bytes"),
    heldOutLoss: doublePrecision("held_out_loss"),
    bitsPerByte: doublePrecision("bits_per_byte"),
    /** CID of the public reason document, when refused. */
    reasonCid: text("reason_cid"),
    verifiedAt: moment("verified_at").notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.escrow, table.jobId, table.contributor] }),
    index("adapter_verifications_by_reason").on(table.reasonCid),
    check("adapter_verifications_verdict", sql`verdict in ('accepted','refused')`),
  ],
);

/**
 * The segments of a delivered training that were drawn to be done again, once every check of the delivery by itself had
 * passed, and what came of it. Whoever delivered hands over the boundaries (`uploads`) by `openBy` on the chain's clock.
 */
export const replays = pgTable(
  "replays",
  {
    escrow: text("escrow").notNull(),
    jobId: bigint("job_id", { mode: "bigint" }).notNull(),
    contributor: text("contributor").notNull(),
    adapterCid: text("adapter_cid").notNull(),
    /** Of the block that the submission stands in, which the draw is from. */
    blockNumber: bigint("block_number", { mode: "bigint" }).notNull(),
    blockHash: text("block_hash").notNull(),
    /** What the delivery commits to. */
    root: text("root").notNull(),
    arithmetic: text("arithmetic").notNull(),
    steps: integer("steps").notNull(),
    segments: integer("segments").notNull(),
    boundaryBytes: bigint("boundary_bytes", { mode: "number" }).notNull(),
    drawn: jsonb("drawn").$type<number[]>().notNull(),
    /** The boundaries that are asked for. */
    asked: jsonb("asked").$type<number[]>().notNull(),
    /** On the chain's clock. Null for draws of before this was written down, after which all had 0.4 of the review period. */
    drawnAt: moment("drawn_at"),
    openBy: moment("open_by").notNull(),
    /** The checks before, and of what. */
    checks: jsonb("checks").$type<CheckResult[]>().notNull(),
    adapterSha256: text("adapter_sha256").notNull(),
    sizeBytes: integer("size_bytes").notNull(),
    /** Null until it is judged. */
    check: jsonb("check").$type<CheckResult>(),
    outcome: jsonb("outcome").$type<ReplayOutcome>(),
  },
  (table) => [primaryKey({ columns: [table.escrow, table.jobId, table.contributor] })],
);

/** Runs that were seen to die on one delivered file while the same script did well on a file known to be good. */
export const failedRuns = pgTable(
  "failed_runs",
  {
    id: bigint("id", { mode: "bigint" }).primaryKey().generatedAlwaysAsIdentity(),
    escrow: text("escrow").notNull(),
    jobId: bigint("job_id", { mode: "bigint" }).notNull(),
    contributor: text("contributor").notNull(),
    adapterCid: text("adapter_cid").notNull(),
    script: text("script").notNull(),
    message: text("message").notNull(),
    failedAt: moment("failed_at").notNull().defaultNow(),
  },
  (table) => [index("failed_runs_by_file").on(table.escrow, table.jobId, table.contributor)],
);

/** The merged result of a job, ready before completeJob is sent. */
export const aggregations = pgTable(
  "aggregations",
  {
    escrow: text("escrow").notNull(),
    jobId: bigint("job_id", { mode: "bigint" }).notNull(),
    resultCid: text("result_cid").notNull(),
    bundleCid: text("bundle_cid").notNull(),
    result: jsonb("result").$type<AnyResultDocument>().notNull(),
    aggregatedAt: moment("aggregated_at").notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.escrow, table.jobId] }),
    index("aggregations_by_result").on(table.resultCid),
    index("aggregations_by_bundle").on(table.bundleCid),
  ],
);

/** What base and tuned model answer to a prompt of `trials`, or why they do not; forgotten as that is. */
export const trialAnswers = pgTable(
  "trial_answers",
  {
    trialId: text("trial_id").primaryKey(),
    status: text("status").$type<TrialStatus>().notNull(),
    answers: jsonb("answers").$type<TrialAnswer[]>().notNull().default([]),
    error: jsonb("error").$type<{ code: string; message: string; fix?: string }>(),
    updatedAt: moment("updated_at").notNull().defaultNow(),
  },
  (table) => [
    index("trial_answers_by_age").on(table.updatedAt),
    check("trial_answers_status", sql`status in ('answering','answered','failed')`),
  ],
);

/**
 * Transactions of the aggregator key: written before they are sent, so that a killed sender finds what it
 * may have sent. `purpose` makes each intent unique: the same intent is never sent twice.
 */
export const transactions = pgTable(
  "transactions",
  {
    id: bigint("id", { mode: "bigint" }).primaryKey().generatedAlwaysAsIdentity(),
    purpose: text("purpose").notNull().unique(),
    toAddress: text("to_address").notNull(),
    data: text("data").notNull(),
    valueWei: wei("value_wei").notNull(),
    status: text("status").$type<TransactionStatus>().notNull(),
    nonce: bigint("nonce", { mode: "bigint" }),
    /**
     * Every signed form that may have reached the network, newest last; one of them at most is mined. `block` is the
     * newest one at the time of signing.
     */
    attempts: jsonb("attempts")
      .$type<{ hash: string; raw: string; maxFeePerGasWei: string; sentAt: string; block?: string }[]>()
      .notNull()
      .default([]),
    minedHash: text("mined_hash"),
    gasUsed: bigint("gas_used", { mode: "bigint" }),
    error: jsonb("error").$type<{ code: string; message: string; fix?: string }>(),
    /** The HTTP request that called for it, as the API's log names it. */
    requestId: text("request_id"),
    createdAt: moment("created_at").notNull().defaultNow(),
    updatedAt: moment("updated_at").notNull().defaultNow(),
  },
  (table) => [
    /** Two senders can never give one nonce to two intents. */
    uniqueIndex("transactions_nonce").on(table.nonce).where(sql`status = 'sent'`),
    /** A contributor's relayed submissions, whose purposes differ in their last part. */
    index("transactions_by_intent").on(sql`(regexp_replace(purpose, '/[^/]*$', ''))`),
    index("transactions_unfinished").on(table.id).where(sql`status in ('queued','sent')`),
    check("transactions_status", sql`status in ('queued','sent','confirmed','reverted','refused')`),
  ],
);

/**
 * What the platform pays for contributors: each call relayed in the last day, with the gas that it was given, and once it
 * is mined has used. Of slots that it took for their wallets every call, and the acceptance for as long as more may follow.
 */
export const relays = pgTable(
  "relays",
  {
    id: bigint("id", { mode: "bigint" }).primaryKey().generatedAlwaysAsIdentity(),
    escrow: text("escrow").notNull(),
    jobId: bigint("job_id", { mode: "bigint" }).notNull(),
    contributor: text("contributor").notNull(),
    call: text("call").$type<RelayedCall>().notNull().default("submitAdapterBySig"),
    /** 0 for an acceptance that was asked for and refused, which was not sent. */
    gas: bigint("gas", { mode: "bigint" }).notNull(),
    sentAt: moment("sent_at").notNull().defaultNow(),
  },
  (table) => [
    index("relays_by_contributor").on(table.contributor),
    index("relays_by_age").on(table.sentAt),
    check(
      "relays_call",
      sql`call in ('submitAdapterBySig','acceptJobBySig','releaseSlot','rejectAdapter','enforceRejection')`,
    ),
  ],
);

/** What is told of a secret that has to stay the same for as long as this database is kept: who knows it can compare. */
export const secretFingerprints = pgTable("secret_fingerprints", {
  /** The setting that holds it. */
  name: text("name").primaryKey(),
  fingerprint: text("fingerprint").notNull(),
  recordedAt: moment("recorded_at").notNull().defaultNow(),
});

/** Where this database's platform stands: what API, indexer and worker are all to be set to. One row. */
export const platformRecords = pgTable(
  "platform_records",
  {
    id: smallint("id").primaryKey().default(1),
    chainId: integer("chain_id").notNull(),
    escrow: text("escrow").notNull(),
    aggregator: text("aggregator").notNull(),
    recordedAt: moment("recorded_at").notNull().defaultNow(),
  },
  () => [check("platform_records_one_row", sql`id = 1`)],
);

/** Notices to the addresses of wallets, and what came of them; forgotten after a while. */
export const webhookDeliveries = pgTable(
  "webhook_deliveries",
  {
    id: text("id").primaryKey(),
    webhookId: text("webhook_id").notNull(),
    notice: jsonb("notice").$type<Notice>().notNull(),
    status: text("status").$type<NoticeStatus>().notNull().default("queued"),
    attempts: integer("attempts").notNull().default(0),
    lastStatus: integer("last_status"),
    lastError: text("last_error"),
    createdAt: moment("created_at").notNull(),
    endedAt: moment("ended_at"),
  },
  (table) => [
    index("webhook_deliveries_by_webhook").on(table.webhookId, table.createdAt.desc(), table.id.desc()),
    index("webhook_deliveries_by_age").on(table.createdAt),
    check("webhook_deliveries_status", sql`status in ('queued','delivered','failed')`),
  ],
);
