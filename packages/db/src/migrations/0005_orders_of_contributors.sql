DROP INDEX "contributor_stats_rank";--> statement-breakpoint
CREATE INDEX "contributor_stats_by_jobs" ON "contributor_stats" USING btree ((jobs_completed::float8) desc,"contributor");--> statement-breakpoint
CREATE INDEX "contributor_stats_by_rate" ON "contributor_stats" USING btree ((jobs_completed::float8 / greatest(jobs_accepted, 1)) desc,"contributor");--> statement-breakpoint
CREATE INDEX "contributor_stats_by_age" ON "contributor_stats" USING btree ((-extract(epoch from member_since at time zone 'UTC')::float8) desc,"contributor");--> statement-breakpoint
CREATE INDEX "transactions_by_intent" ON "transactions" USING btree ((regexp_replace(purpose, '/[^/]*$', '')));