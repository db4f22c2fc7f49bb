CREATE TABLE "replays" (
	"escrow" text NOT NULL,
	"job_id" bigint NOT NULL,
	"contributor" text NOT NULL,
	"adapter_cid" text NOT NULL,
	"block_number" bigint NOT NULL,
	"block_hash" text NOT NULL,
	"root" text NOT NULL,
	"arithmetic" text NOT NULL,
	"steps" integer NOT NULL,
	"segments" integer NOT NULL,
	"boundary_bytes" bigint NOT NULL,
	"drawn" jsonb NOT NULL,
	"asked" jsonb NOT NULL,
	"open_by" timestamp with time zone NOT NULL,
	"checks" jsonb NOT NULL,
	"adapter_sha256" text NOT NULL,
	"size_bytes" integer NOT NULL,
	"check" jsonb,
	"outcome" jsonb,
	CONSTRAINT "replays_escrow_job_id_contributor_pk" PRIMARY KEY("escrow","job_id","contributor")
);
--> statement-breakpoint
ALTER TABLE "uploads" DROP CONSTRAINT "uploads_purpose";--> statement-breakpoint
ALTER TABLE "uploads" ADD COLUMN "escrow" text;--> statement-breakpoint
ALTER TABLE "uploads" ADD COLUMN "job_id" bigint;--> statement-breakpoint
ALTER TABLE "uploads" ADD COLUMN "boundary" integer;--> statement-breakpoint
ALTER TABLE "uploads" ADD COLUMN "path" jsonb;--> statement-breakpoint
CREATE INDEX "uploads_by_boundary" ON "uploads" USING btree ("escrow","job_id","owner") WHERE boundary is not null;--> statement-breakpoint
ALTER TABLE "uploads" ADD CONSTRAINT "uploads_boundary" CHECK ((purpose = 'boundary') = (num_nulls(escrow, job_id, boundary, path) = 0));--> statement-breakpoint
ALTER TABLE "uploads" ADD CONSTRAINT "uploads_purpose" CHECK (purpose in ('dataset','adapter','boundary'));