DROP INDEX "jobs_newest";--> statement-breakpoint
DROP INDEX "jobs_by_status";--> statement-breakpoint
DROP INDEX "jobs_by_kind";--> statement-breakpoint
ALTER TABLE "jobs" ADD COLUMN "own" boolean DEFAULT true NOT NULL;--> statement-breakpoint
CREATE INDEX "jobs_newest" ON "jobs" USING btree ("own","created_at","job_id","escrow");--> statement-breakpoint
CREATE INDEX "jobs_by_status" ON "jobs" USING btree ("own","status","created_at","job_id","escrow");--> statement-breakpoint
CREATE INDEX "jobs_by_kind" ON "jobs" USING btree ("own","kind","created_at","job_id","escrow");--> statement-breakpoint
CREATE OR REPLACE FUNCTION "total_jobs"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF TG_OP = 'TRUNCATE' THEN
		UPDATE totals SET jobs_completed = 0, jobs_open = 0;
	END IF;
	IF TG_OP IN ('INSERT', 'UPDATE') THEN
		UPDATE totals SET jobs_completed = jobs_completed + completed, jobs_open = jobs_open + opened
		FROM (SELECT count(*) FILTER (WHERE status = 'completed' AND own) AS completed,
			count(*) FILTER (WHERE status = 'open' AND own) AS opened FROM added) AS counted;
	END IF;
	IF TG_OP IN ('DELETE', 'UPDATE') THEN
		UPDATE totals SET jobs_completed = jobs_completed - completed, jobs_open = jobs_open - opened
		FROM (SELECT count(*) FILTER (WHERE status = 'completed' AND own) AS completed,
			count(*) FILTER (WHERE status = 'open' AND own) AS opened FROM removed) AS counted;
	END IF;
	RETURN NULL;
END $$;--> statement-breakpoint
UPDATE "jobs" SET "own" = false WHERE "spec_cid" IS NOT NULL AND NOT EXISTS (
	SELECT FROM "llm_finetune_jobs" AS "prepared" JOIN "drafts" ON "drafts"."id" = "prepared"."draft_id"
	WHERE "prepared"."spec_cid" = "jobs"."spec_cid" AND "drafts"."requester" = "jobs"."requester"
);--> statement-breakpoint
DELETE FROM "contributor_stats";--> statement-breakpoint
INSERT INTO "contributor_stats"
	("contributor", "jobs_accepted", "jobs_ended", "jobs_completed", "jobs_active", "earned_wei", "member_since")
SELECT "slots"."contributor", count(*),
	count(*) FILTER (WHERE "jobs"."status" <> 'open' OR "slots"."status" IN ('rejected', 'released')),
	count("slots"."paid_wei"), count(*) FILTER (WHERE "slots"."status" = 'accepted' AND "jobs"."status" = 'open'),
	coalesce(sum("slots"."paid_wei"), 0), min("slots"."accepted_at")
FROM "slots" JOIN "jobs" USING ("escrow", "job_id")
WHERE "jobs"."own"
GROUP BY "slots"."contributor";
