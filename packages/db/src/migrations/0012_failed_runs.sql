CREATE TABLE "failed_runs" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "failed_runs_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"escrow" text NOT NULL,
	"job_id" bigint NOT NULL,
	"contributor" text NOT NULL,
	"adapter_cid" text NOT NULL,
	"script" text NOT NULL,
	"ending" text NOT NULL,
	"message" text NOT NULL,
	"failed_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "failed_runs_ending" CHECK (ending in ('died','lost'))
);
--> statement-breakpoint
CREATE INDEX "failed_runs_by_file" ON "failed_runs" USING btree ("escrow","job_id","contributor");