ALTER TABLE "contributor_submissions" DROP CONSTRAINT "contributor_submissions_status";--> statement-breakpoint
ALTER TABLE "slots" DROP CONSTRAINT "slots_status";--> statement-breakpoint
ALTER TABLE "jobs" ADD COLUMN "bond_bps" smallint;--> statement-breakpoint
ALTER TABLE "jobs" ADD COLUMN "referee" text;--> statement-breakpoint
ALTER TABLE "jobs" ADD COLUMN "permit_only" boolean DEFAULT false NOT NULL;--> statement-breakpoint
CREATE INDEX "slots_contested" ON "slots" USING btree ("deadline") WHERE status in ('rejection-pending','rejection-appealed');--> statement-breakpoint
ALTER TABLE "contributor_submissions" ADD CONSTRAINT "contributor_submissions_status" CHECK (status in ('submitted','rejected','reinstated','paid','unpaid'));--> statement-breakpoint
ALTER TABLE "slots" ADD CONSTRAINT "slots_status" CHECK (status in ('accepted','submitted','rejected','released','rejection-pending','rejection-appealed','reinstated'));