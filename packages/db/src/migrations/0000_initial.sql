CREATE TABLE "blocks" (
	"number" bigint PRIMARY KEY NOT NULL,
	"hash" text NOT NULL,
	"parent_hash" text NOT NULL,
	"mined_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "chain_cursors" (
	"escrow" text PRIMARY KEY NOT NULL,
	"chain_id" integer NOT NULL,
	"next_block" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "chain_events" (
	"block_number" bigint NOT NULL,
	"log_index" integer NOT NULL,
	"escrow" text NOT NULL,
	"transaction_hash" text NOT NULL,
	"name" text NOT NULL,
	"job_id" bigint,
	"args" jsonb NOT NULL,
	"mined_at" timestamp with time zone NOT NULL,
	CONSTRAINT "chain_events_block_number_log_index_pk" PRIMARY KEY("block_number","log_index")
);
--> statement-breakpoint
CREATE TABLE "contributor_stats" (
	"contributor" text PRIMARY KEY NOT NULL,
	"jobs_accepted" integer NOT NULL,
	"jobs_completed" integer NOT NULL,
	"jobs_active" integer NOT NULL,
	"earned_wei" numeric(78,0) NOT NULL,
	"member_since" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "contributor_submissions" (
	"escrow" text NOT NULL,
	"job_id" bigint NOT NULL,
	"contributor" text NOT NULL,
	"adapter_cid" text NOT NULL,
	"submitted_at" timestamp with time zone NOT NULL,
	"status" text NOT NULL,
	"reason_cid" text,
	"transaction_hash" text NOT NULL,
	CONSTRAINT "contributor_submissions_escrow_job_id_contributor_pk" PRIMARY KEY("escrow","job_id","contributor"),
	CONSTRAINT "contributor_submissions_status" CHECK (status in ('submitted','rejected','paid','unpaid'))
);
--> statement-breakpoint
CREATE TABLE "jobs" (
	"escrow" text NOT NULL,
	"job_id" bigint NOT NULL,
	"kind" text NOT NULL,
	"requester" text NOT NULL,
	"spec_cid" text,
	"min_contributors" smallint NOT NULL,
	"max_contributors" smallint NOT NULL,
	"accept_by" timestamp with time zone,
	"training_period_seconds" integer NOT NULL,
	"review_period_seconds" integer NOT NULL,
	"bond_wei" numeric(78,0) NOT NULL,
	"stake_wei" numeric(78,0) NOT NULL,
	"fee_bps" smallint NOT NULL,
	"aggregator" text NOT NULL,
	"status" text NOT NULL,
	"slots_taken" smallint NOT NULL,
	"slots_submitted" smallint NOT NULL,
	"result_cid" text,
	"refund_wei" numeric(78,0),
	"fee_wei" numeric(78,0),
	"created_at" timestamp with time zone NOT NULL,
	"closed_at" timestamp with time zone,
	CONSTRAINT "jobs_escrow_job_id_pk" PRIMARY KEY("escrow","job_id"),
	CONSTRAINT "jobs_status" CHECK (status in ('open','completed','settled','expired','cancelled')),
	CONSTRAINT "jobs_kind" CHECK (kind in ('llm-finetune','image-classification'))
);
--> statement-breakpoint
CREATE TABLE "slots" (
	"escrow" text NOT NULL,
	"job_id" bigint NOT NULL,
	"contributor" text NOT NULL,
	"slot" smallint NOT NULL,
	"delegate" text NOT NULL,
	"status" text NOT NULL,
	"deadline" timestamp with time zone,
	"accepted_at" timestamp with time zone NOT NULL,
	"forfeited_wei" numeric(78,0),
	"paid_wei" numeric(78,0),
	CONSTRAINT "slots_escrow_job_id_contributor_pk" PRIMARY KEY("escrow","job_id","contributor"),
	CONSTRAINT "slots_status" CHECK (status in ('accepted','submitted','rejected','released'))
);
--> statement-breakpoint
CREATE TABLE "withdrawable_balances" (
	"wallet" text PRIMARY KEY NOT NULL,
	"amount_wei" numeric(78,0) NOT NULL
);
--> statement-breakpoint
CREATE TABLE "contributor_profiles" (
	"wallet" text PRIMARY KEY NOT NULL,
	"gpu_tier" text,
	"gpu_measured" boolean DEFAULT false NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "drafts" (
	"id" text PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"requester" text NOT NULL,
	"upload_id" text NOT NULL,
	"request" jsonb NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"deleted_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "login_nonces" (
	"nonce" text PRIMARY KEY NOT NULL,
	"expires_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sessions" (
	"token_sha256" text PRIMARY KEY NOT NULL,
	"wallet" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "slot_progress" (
	"escrow" text NOT NULL,
	"job_id" bigint NOT NULL,
	"contributor" text NOT NULL,
	"step" integer,
	"event" jsonb NOT NULL,
	"reported_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "slot_progress_escrow_job_id_contributor_pk" PRIMARY KEY("escrow","job_id","contributor")
);
--> statement-breakpoint
CREATE TABLE "uploads" (
	"id" text PRIMARY KEY NOT NULL,
	"owner" text NOT NULL,
	"purpose" text NOT NULL,
	"file_name" text NOT NULL,
	"size_bytes" bigint NOT NULL,
	"finished_at" timestamp with time zone,
	"cid" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "uploads_purpose" CHECK (purpose in ('dataset','adapter'))
);
--> statement-breakpoint
CREATE TABLE "adapter_verifications" (
	"escrow" text NOT NULL,
	"job_id" bigint NOT NULL,
	"contributor" text NOT NULL,
	"adapter_cid" text NOT NULL,
	"verdict" text NOT NULL,
	"checks" jsonb NOT NULL,
	"adapter_sha256" text,
	"size_bytes" integer,
	"held_out_loss" double precision,
	"bits_per_byte" double precision,
	"reason_cid" text,
	"verified_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "adapter_verifications_escrow_job_id_contributor_pk" PRIMARY KEY("escrow","job_id","contributor"),
	CONSTRAINT "adapter_verifications_verdict" CHECK (verdict in ('accepted','refused'))
);
--> statement-breakpoint
CREATE TABLE "aggregations" (
	"escrow" text NOT NULL,
	"job_id" bigint NOT NULL,
	"result_cid" text NOT NULL,
	"bundle_cid" text NOT NULL,
	"result" jsonb NOT NULL,
	"aggregated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "aggregations_escrow_job_id_pk" PRIMARY KEY("escrow","job_id")
);
--> statement-breakpoint
CREATE TABLE "llm_finetune_jobs" (
	"draft_id" text PRIMARY KEY NOT NULL,
	"spec_cid" text NOT NULL,
	"spec" jsonb NOT NULL,
	"model_name" text NOT NULL,
	"model_revision" text NOT NULL,
	"lora_rank" integer NOT NULL,
	"lora_alpha" integer NOT NULL,
	"target_modules" text NOT NULL,
	"contributors" integer NOT NULL,
	"dataset_format" text NOT NULL,
	"rows" integer NOT NULL,
	"holdout_rows" integer NOT NULL,
	"holdout_cid" text NOT NULL,
	"shard_assignments" jsonb NOT NULL,
	"prepared_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "llm_finetune_jobs_spec_cid_unique" UNIQUE("spec_cid")
);
--> statement-breakpoint
CREATE TABLE "preparations" (
	"draft_id" text PRIMARY KEY NOT NULL,
	"status" text NOT NULL,
	"report" jsonb,
	"error" jsonb,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "preparations_status" CHECK (status in ('preparing','ready','failed'))
);
--> statement-breakpoint
CREATE TABLE "transactions" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "transactions_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"purpose" text NOT NULL,
	"to_address" text NOT NULL,
	"data" text NOT NULL,
	"value_wei" numeric(78,0) NOT NULL,
	"status" text NOT NULL,
	"nonce" bigint,
	"attempts" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"mined_hash" text,
	"gas_used" bigint,
	"error" jsonb,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "transactions_purpose_unique" UNIQUE("purpose"),
	CONSTRAINT "transactions_status" CHECK (status in ('queued','sent','confirmed','reverted','refused'))
);
--> statement-breakpoint
CREATE INDEX "chain_events_by_job" ON "chain_events" USING btree ("escrow","job_id","block_number","log_index");--> statement-breakpoint
CREATE INDEX "chain_events_by_wallet" ON "chain_events" USING btree ((args->>'wallet')) WHERE name in ('PaymentDeferred','Withdrawn');--> statement-breakpoint
CREATE INDEX "contributor_stats_rank" ON "contributor_stats" USING btree ("jobs_completed" DESC NULLS LAST,"contributor");--> statement-breakpoint
CREATE INDEX "contributor_submissions_by_cid" ON "contributor_submissions" USING btree ("adapter_cid");--> statement-breakpoint
CREATE INDEX "jobs_newest" ON "jobs" USING btree ("created_at" DESC NULLS LAST,"job_id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "jobs_by_status" ON "jobs" USING btree ("status","created_at" DESC NULLS LAST,"job_id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "jobs_by_requester" ON "jobs" USING btree ("requester","created_at" DESC NULLS LAST,"job_id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "jobs_by_spec" ON "jobs" USING btree ("spec_cid");--> statement-breakpoint
CREATE INDEX "slots_by_contributor" ON "slots" USING btree ("contributor","accepted_at" DESC NULLS LAST,"job_id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "drafts_by_requester" ON "drafts" USING btree ("requester","created_at" DESC NULLS LAST,"id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "sessions_by_expiry" ON "sessions" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "uploads_by_owner" ON "uploads" USING btree ("owner","created_at");--> statement-breakpoint
CREATE UNIQUE INDEX "transactions_nonce" ON "transactions" USING btree ("nonce") WHERE status = 'sent';--> statement-breakpoint
CREATE INDEX "transactions_unfinished" ON "transactions" USING btree ("id") WHERE status in ('queued','sent');