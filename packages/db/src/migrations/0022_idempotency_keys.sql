CREATE TABLE "idempotency_keys" (
	"requester" text NOT NULL,
	"key" text NOT NULL,
	"fingerprint" text NOT NULL,
	"draft_id" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "idempotency_keys_requester_key_pk" PRIMARY KEY("requester","key")
);
--> statement-breakpoint
CREATE INDEX "idempotency_keys_by_age" ON "idempotency_keys" USING btree ("created_at");