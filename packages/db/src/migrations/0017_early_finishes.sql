CREATE TABLE "early_finishes" (
	"escrow" text NOT NULL,
	"job_id" bigint NOT NULL,
	"asked_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "early_finishes_escrow_job_id_pk" PRIMARY KEY("escrow","job_id")
);
