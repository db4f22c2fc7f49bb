CREATE TABLE "refused_mail" (
	"digest" text PRIMARY KEY NOT NULL,
	"refused_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "worker_heartbeats" ADD COLUMN "mails" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "webhooks" ADD COLUMN "confirmed_at" timestamp with time zone;
--> statement-breakpoint
UPDATE "webhooks" SET "confirmed_at" = "created_at";