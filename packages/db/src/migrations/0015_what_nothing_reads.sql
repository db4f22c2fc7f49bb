DELETE FROM "failed_runs" WHERE "ending" = 'lost';--> statement-breakpoint
ALTER TABLE "failed_runs" DROP CONSTRAINT "failed_runs_ending";--> statement-breakpoint
DROP INDEX "relays_by_job";--> statement-breakpoint
ALTER TABLE "failed_runs" DROP COLUMN "ending";