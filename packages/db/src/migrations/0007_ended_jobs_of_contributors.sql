DROP INDEX "contributor_stats_by_rate";--> statement-breakpoint
ALTER TABLE "contributor_stats" ADD COLUMN "jobs_ended" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
UPDATE "contributor_stats" SET "jobs_ended" = (
	SELECT count(*) FROM "slots" JOIN "jobs" USING ("escrow", "job_id")
	WHERE "slots"."contributor" = "contributor_stats"."contributor"
		AND ("jobs"."status" <> 'open' OR "slots"."status" IN ('rejected', 'released'))
);--> statement-breakpoint
CREATE INDEX "contributor_stats_by_rate" ON "contributor_stats" USING btree ((jobs_completed::float8 / greatest(jobs_ended, 1)) desc,"contributor");
