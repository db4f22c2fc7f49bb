ALTER TABLE "api_heartbeats" ADD COLUMN "takes_adapters" boolean DEFAULT true NOT NULL;--> statement-breakpoint
ALTER TABLE "replays" ADD COLUMN "drawn_at" timestamp with time zone;