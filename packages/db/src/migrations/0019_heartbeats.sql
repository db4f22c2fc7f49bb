CREATE TABLE "api_heartbeats" (
	"instance" text PRIMARY KEY NOT NULL,
	"seen_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "indexer_heartbeats" (
	"instance" text PRIMARY KEY NOT NULL,
	"seen_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "worker_heartbeats" (
	"instance" text PRIMARY KEY NOT NULL,
	"seen_at" timestamp with time zone NOT NULL
);
