CREATE EXTENSION IF NOT EXISTS pg_trgm;--> statement-breakpoint
CREATE TABLE "totals" (
	"id" smallint PRIMARY KEY DEFAULT 1 NOT NULL,
	"jobs_completed" integer DEFAULT 0 NOT NULL,
	"jobs_open" integer DEFAULT 0 NOT NULL,
	"contributors" integer DEFAULT 0 NOT NULL,
	"contributors_active" integer DEFAULT 0 NOT NULL,
	"paid_wei" numeric(78,0) DEFAULT 0 NOT NULL,
	CONSTRAINT "totals_one_row" CHECK (id = 1)
);
--> statement-breakpoint
DROP INDEX "jobs_newest";--> statement-breakpoint
DROP INDEX "jobs_by_status";--> statement-breakpoint
DROP INDEX "slots_by_contributor";--> statement-breakpoint
CREATE INDEX "contributor_stats_by_part" ON "contributor_stats" USING gin ("contributor" gin_trgm_ops);--> statement-breakpoint
CREATE INDEX "jobs_by_kind" ON "jobs" USING btree ("kind","created_at","job_id","escrow");--> statement-breakpoint
CREATE INDEX "contributor_profiles_by_tier" ON "contributor_profiles" USING btree ("gpu_tier","wallet");--> statement-breakpoint
CREATE INDEX "jobs_newest" ON "jobs" USING btree ("created_at","job_id","escrow");--> statement-breakpoint
CREATE INDEX "jobs_by_status" ON "jobs" USING btree ("status","created_at","job_id","escrow");--> statement-breakpoint
CREATE INDEX "slots_by_contributor" ON "slots" USING btree ("contributor","accepted_at","job_id","escrow");--> statement-breakpoint
INSERT INTO "totals" ("jobs_completed", "jobs_open", "contributors", "contributors_active", "paid_wei")
SELECT
	(SELECT count(*) FROM "jobs" WHERE "status" = 'completed'),
	(SELECT count(*) FROM "jobs" WHERE "status" = 'open'),
	count(*), count(*) FILTER (WHERE "jobs_active" > 0), coalesce(sum("earned_wei"), 0)
FROM "contributor_stats";--> statement-breakpoint
CREATE FUNCTION "total_jobs"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF TG_OP = 'TRUNCATE' THEN
		UPDATE totals SET jobs_completed = 0, jobs_open = 0;
	END IF;
	IF TG_OP IN ('INSERT', 'UPDATE') THEN
		UPDATE totals SET jobs_completed = jobs_completed + completed, jobs_open = jobs_open + opened
		FROM (SELECT count(*) FILTER (WHERE status = 'completed') AS completed,
			count(*) FILTER (WHERE status = 'open') AS opened FROM added) AS counted;
	END IF;
	IF TG_OP IN ('DELETE', 'UPDATE') THEN
		UPDATE totals SET jobs_completed = jobs_completed - completed, jobs_open = jobs_open - opened
		FROM (SELECT count(*) FILTER (WHERE status = 'completed') AS completed,
			count(*) FILTER (WHERE status = 'open') AS opened FROM removed) AS counted;
	END IF;
	RETURN NULL;
END $$;--> statement-breakpoint
CREATE FUNCTION "total_contributors"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF TG_OP = 'TRUNCATE' THEN
		UPDATE totals SET contributors = 0, contributors_active = 0, paid_wei = 0;
	END IF;
	IF TG_OP IN ('INSERT', 'UPDATE') THEN
		UPDATE totals SET contributors = contributors + everybody,
			contributors_active = contributors_active + active, paid_wei = paid_wei + earned
		FROM (SELECT count(*) AS everybody, count(*) FILTER (WHERE jobs_active > 0) AS active,
			coalesce(sum(earned_wei), 0) AS earned FROM added) AS counted;
	END IF;
	IF TG_OP IN ('DELETE', 'UPDATE') THEN
		UPDATE totals SET contributors = contributors - everybody,
			contributors_active = contributors_active - active, paid_wei = paid_wei - earned
		FROM (SELECT count(*) AS everybody, count(*) FILTER (WHERE jobs_active > 0) AS active,
			coalesce(sum(earned_wei), 0) AS earned FROM removed) AS counted;
	END IF;
	RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER "total_after_insert" AFTER INSERT ON "jobs"
	REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION "total_jobs"();--> statement-breakpoint
CREATE TRIGGER "total_after_update" AFTER UPDATE ON "jobs"
	REFERENCING OLD TABLE AS removed NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION "total_jobs"();--> statement-breakpoint
CREATE TRIGGER "total_after_delete" AFTER DELETE ON "jobs"
	REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION "total_jobs"();--> statement-breakpoint
CREATE TRIGGER "total_after_truncate" AFTER TRUNCATE ON "jobs"
	FOR EACH STATEMENT EXECUTE FUNCTION "total_jobs"();--> statement-breakpoint
CREATE TRIGGER "total_after_insert" AFTER INSERT ON "contributor_stats"
	REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION "total_contributors"();--> statement-breakpoint
CREATE TRIGGER "total_after_update" AFTER UPDATE ON "contributor_stats"
	REFERENCING OLD TABLE AS removed NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION "total_contributors"();--> statement-breakpoint
CREATE TRIGGER "total_after_delete" AFTER DELETE ON "contributor_stats"
	REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION "total_contributors"();--> statement-breakpoint
CREATE TRIGGER "total_after_truncate" AFTER TRUNCATE ON "contributor_stats"
	FOR EACH STATEMENT EXECUTE FUNCTION "total_contributors"();
