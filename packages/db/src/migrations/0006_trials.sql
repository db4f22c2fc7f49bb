CREATE TABLE "trials" (
	"id" text PRIMARY KEY NOT NULL,
	"escrow" text NOT NULL,
	"job_id" bigint NOT NULL,
	"requester" text NOT NULL,
	"prompt" text NOT NULL,
	"asked_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "trial_answers" (
	"trial_id" text PRIMARY KEY NOT NULL,
	"status" text NOT NULL,
	"answers" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"error" jsonb,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "trial_answers_status" CHECK (status in ('answering','answered','failed'))
);
--> statement-breakpoint
CREATE INDEX "trials_by_requester" ON "trials" USING btree ("requester","asked_at");--> statement-breakpoint
CREATE INDEX "trial_answers_by_age" ON "trial_answers" USING btree ("updated_at");