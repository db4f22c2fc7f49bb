CREATE TABLE "platform_records" (
	"id" smallint PRIMARY KEY DEFAULT 1 NOT NULL,
	"chain_id" integer NOT NULL,
	"escrow" text NOT NULL,
	"aggregator" text NOT NULL,
	"recorded_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "platform_records_one_row" CHECK (id = 1)
);
