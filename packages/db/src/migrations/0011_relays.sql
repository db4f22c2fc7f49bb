CREATE TABLE "relays" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "relays_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"escrow" text NOT NULL,
	"job_id" bigint NOT NULL,
	"contributor" text NOT NULL,
	"gas" bigint NOT NULL,
	"sent_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE INDEX "relays_by_job" ON "relays" USING btree ("escrow","job_id");--> statement-breakpoint
CREATE INDEX "relays_by_contributor" ON "relays" USING btree ("contributor");--> statement-breakpoint
CREATE INDEX "relays_by_age" ON "relays" USING btree ("sent_at");