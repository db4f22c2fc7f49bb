CREATE TABLE "curve_points" (
	"escrow" text NOT NULL,
	"job_id" bigint NOT NULL,
	"contributor" text NOT NULL,
	"step" integer NOT NULL,
	"loss" double precision NOT NULL,
	CONSTRAINT "curve_points_escrow_job_id_contributor_step_pk" PRIMARY KEY("escrow","job_id","contributor","step")
);
