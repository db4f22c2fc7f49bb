CREATE TABLE "contributor_ratings" (
	"escrow" text NOT NULL,
	"job_id" bigint NOT NULL,
	"contributor" text NOT NULL,
	"stars" smallint NOT NULL,
	"text" text NOT NULL,
	"signature" text NOT NULL,
	"rated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "contributor_ratings_escrow_job_id_contributor_pk" PRIMARY KEY("escrow","job_id","contributor"),
	CONSTRAINT "contributor_ratings_stars" CHECK (stars between 1 and 5)
);
--> statement-breakpoint
CREATE INDEX "contributor_ratings_by_contributor" ON "contributor_ratings" USING btree ("contributor");