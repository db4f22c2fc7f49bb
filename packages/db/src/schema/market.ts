import type { GpuTier, JobKind, PushKeys, SentStake, UploadPurpose } from "@trainchain/protocol";
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
  uniqueIndex,
} from "drizzle-orm/pg-core";
import { moment, wei } from "./columns.ts";

/* What people told the platform: apps/api is the only writer. */

/** Single-use login nonces. */
export const loginNonces = pgTable("login_nonces", {
  nonce: text("nonce").primaryKey(),
  expiresAt: moment("expires_at").notNull(),
});

/**
 * How often callers have called of late, in the shape that the library rate-limiter-flexible reads and writes. Not
 * logged by PostgreSQL: after a crash of the database everybody begins anew.
 */
export const rateLimits = pgTable("rate_limits", {
  key: text("key").primaryKey(),
  points: integer("points").notNull().default(0),
  /** Milliseconds since 1970. */
  expire: bigint("expire", { mode: "number" }),
});

/** A signed-in wallet. The token itself is never stored, only its sha256. */
export const sessions = pgTable(
  "sessions",
  {
    tokenSha256: text("token_sha256").primaryKey(),
    wallet: text("wallet").notNull(),
    createdAt: moment("created_at").notNull().defaultNow(),
    expiresAt: moment("expires_at").notNull(),
  },
  (table) => [index("sessions_by_expiry").on(table.expiresAt)],
);

/** Files received or being received; bytes lie in the API's upload folder until a worker has taken them over. */
export const uploads = pgTable(
  "uploads",
  {
    id: text("id").primaryKey(),
    owner: text("owner").notNull(),
    purpose: text("purpose").$type<UploadPurpose>().notNull(),
    fileName: text("file_name").notNull(),
    sizeBytes: bigint("size_bytes", { mode: "number" }).notNull(),
    /** Set when the last byte has arrived; `cid` too where the upload goes to storage as it is, until what came is removed. */
    finishedAt: moment("finished_at"),
    cid: text("cid"),
    /** The network that it was begun from, for the quota; forgotten when the time of an unpaid upload is over. */
    network: text("network"),
    /** Of a boundary alone: whose training passed through it, its number, and the hashes that lead from it to the root. */
    escrow: text("escrow"),
    jobId: bigint("job_id", { mode: "bigint" }),
    boundary: integer("boundary"),
    path: jsonb("path").$type<string[]>(),
    createdAt: moment("created_at").notNull().defaultNow(),
  },
  (table) => [
    index("uploads_by_owner").on(table.owner, table.createdAt),
    index("uploads_by_network").on(table.network).where(sql`network is not null`),
    index("uploads_by_cid").on(table.cid).where(sql`cid is not null`),
    index("uploads_unfinished").on(table.createdAt).where(sql`finished_at is null`),
    index("uploads_by_boundary").on(table.escrow, table.jobId, table.owner).where(sql`boundary is not null`),
    check("uploads_purpose", sql`purpose in ('dataset','adapter','boundary')`),
    check("uploads_boundary", sql`(purpose = 'boundary') = (num_nulls(escrow, job_id, boundary, path) = 0)`),
  ],
);

/** A requested job before it is on chain. Its progress is in `preparations`; its job is found by spec CID. */
export const drafts = pgTable(
  "drafts",
  {
    id: text("id").primaryKey(),
    kind: text("kind").$type<JobKind>().notNull(),
    requester: text("requester").notNull(),
    uploadId: text("upload_id").notNull(),
    /**
     * The rounds of one request are made with it, as a draft each; a later one is hidden until the round before it
     * is done and a worker has prepared it. Null where the request asks for one round.
     */
    firstDraftId: text("first_draft_id"),
    round: smallint("round").notNull().default(1),
    /** The request as accepted by its schema; wei as decimal strings. */
    request: jsonb("request").$type<Record<string, unknown>>().notNull(),
    /** The least reward that it asked before it was changed; null where it never was. */
    leastRewardWei: wei("least_reward_wei"),
    /** The draft that this one was made of by changing its request; its sealed data is prepared again, not the upload. */
    changedFromId: text("changed_from_id"),
    /** What its wallet sent to stake for it, as that told; the chain alone says what became of it. */
    stake: jsonb("stake").$type<SentStake & { specCid: string }>(),
    createdAt: moment("created_at").notNull().defaultNow(),
    deletedAt: moment("deleted_at"),
  },
  (table) => [
    index("drafts_by_requester").on(table.requester, table.createdAt.desc(), table.id.desc()),
    uniqueIndex("drafts_by_round").on(table.firstDraftId, table.round),
    index("drafts_by_upload").on(table.uploadId),
    index("drafts_kept").on(table.createdAt).where(sql`deleted_at is null`),
  ],
);

/** Keys under which wallets have sent requests, so that one that is sent again makes nothing twice; kept for a while. */
export const idempotencyKeys = pgTable(
  "idempotency_keys",
  {
    requester: text("requester").notNull(),
    key: text("key").notNull(),
    /** sha256 of path and body. */
    fingerprint: text("fingerprint").notNull(),
    draftId: text("draft_id").notNull(),
    createdAt: moment("created_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.requester, table.key] }),
    index("idempotency_keys_by_age").on(table.createdAt),
  ],
);

/** Addresses that wallets have their notices sent to; what signs these is derived and not kept. */
export const webhooks = pgTable(
  "webhooks",
  {
    id: text("id").primaryKey(),
    wallet: text("wallet").notNull(),
    url: text("url").notNull(),
    createdAt: moment("created_at").notNull(),
    /** Null while an e-mail address waits for whoever reads it to confirm. */
    confirmedAt: moment("confirmed_at"),
    /** What goes to a browser is encrypted with these; null for all other addresses. */
    pushKeys: jsonb("push_keys").$type<PushKeys>(),
  },
  (table) => [index("webhooks_by_wallet").on(table.wallet, table.createdAt)],
);

/** E-mail addresses whose readers want nothing from here: a digest of each, so that the table lists none. */
export const refusedMail = pgTable("refused_mail", {
  digest: text("digest").primaryKey(),
  refusedAt: moment("refused_at").notNull(),
});

/** Whom the question went to that an e-mail address is asked, by the address's id: its links outlive the address. */
export const askedMail = pgTable("asked_mail", {
  id: text("id").primaryKey(),
  digest: text("digest").notNull(),
  askedAt: moment("asked_at").notNull(),
});

/** What a contributor says of its own machine. Its counts are in contributor_stats. */
export const contributorProfiles = pgTable(
  "contributor_profiles",
  {
    wallet: text("wallet").primaryKey(),
    gpuTier: text("gpu_tier").$type<GpuTier>(),
    gpuMeasured: boolean("gpu_measured").notNull().default(false),
    updatedAt: moment("updated_at").notNull().defaultNow(),
  },
  (table) => [index("contributor_profiles_by_tier").on(table.gpuTier, table.wallet)],
);

/** The latest training event of a slot: a heartbeat for the requester, never a fact about money. */
export const slotProgress = pgTable(
  "slot_progress",
  {
    escrow: text("escrow").notNull(),
    jobId: bigint("job_id", { mode: "bigint" }).notNull(),
    contributor: text("contributor").notNull(),
    step: integer("step"),
    event: jsonb("event").$type<Record<string, unknown>>().notNull(),
    reportedAt: moment("reported_at").notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.escrow, table.jobId, table.contributor] })],
);

/** Points of each slot's loss curve, thinned as they come; kept for as long as the job is. */
export const curvePoints = pgTable(
  "curve_points",
  {
    escrow: text("escrow").notNull(),
    jobId: bigint("job_id", { mode: "bigint" }).notNull(),
    contributor: text("contributor").notNull(),
    step: integer("step").notNull(),
    loss: doublePrecision("loss").notNull(),
  },
  (table) => [primaryKey({ columns: [table.escrow, table.jobId, table.contributor, table.step] })],
);

/** What requesters ask their jobs' results in the try-it box; forgotten within the hour. Answers are in `trial_answers`. */
export const trials = pgTable(
  "trials",
  {
    id: text("id").primaryKey(),
    escrow: text("escrow").notNull(),
    jobId: bigint("job_id", { mode: "bigint" }).notNull(),
    requester: text("requester").notNull(),
    prompt: text("prompt").notNull(),
    askedAt: moment("asked_at").notNull().defaultNow(),
  },
  (table) => [index("trials_by_requester").on(table.requester, table.askedAt)],
);

/** What requesters say of the contributors of their completed jobs, with the signature that proves who said it. */
export const contributorRatings = pgTable(
  "contributor_ratings",
  {
    escrow: text("escrow").notNull(),
    jobId: bigint("job_id", { mode: "bigint" }).notNull(),
    contributor: text("contributor").notNull(),
    stars: smallint("stars").notNull(),
    text: text("text").notNull(),
    signature: text("signature").notNull(),
    ratedAt: moment("rated_at").notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.escrow, table.jobId, table.contributor] }),
    index("contributor_ratings_by_contributor").on(table.contributor),
    check("contributor_ratings_stars", sql`stars between 1 and 5`),
  ],
);

/** Open jobs that end with the deliveries of their minimum, because their requesters said so. Never taken back. */
export const earlyFinishes = pgTable(
  "early_finishes",
  {
    escrow: text("escrow").notNull(),
    jobId: bigint("job_id", { mode: "bigint" }).notNull(),
    askedAt: moment("asked_at").notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.escrow, table.jobId] })],
);
