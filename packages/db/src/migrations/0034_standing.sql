ALTER TABLE "relays" DROP CONSTRAINT "relays_call";--> statement-breakpoint
ALTER TABLE "relays" ADD CONSTRAINT "relays_call" CHECK (call in ('submitAdapterBySig','acceptJobBySig','releaseSlot','rejectAdapter','enforceRejection'));--> statement-breakpoint
DELETE FROM "withdrawable_balances";--> statement-breakpoint
ALTER TABLE "withdrawable_balances" DROP CONSTRAINT "withdrawable_balances_pkey";--> statement-breakpoint
ALTER TABLE "withdrawable_balances" ADD COLUMN "escrow" text NOT NULL;--> statement-breakpoint
ALTER TABLE "withdrawable_balances" ADD CONSTRAINT "withdrawable_balances_wallet_escrow_pk" PRIMARY KEY("wallet","escrow");--> statement-breakpoint
INSERT INTO "withdrawable_balances" ("escrow", "wallet", "amount_wei")
SELECT "escrow", "args"->>'wallet', sum(("args"->>'amountWei')::numeric * CASE "name" WHEN 'Withdrawn' THEN -1 ELSE 1 END)
FROM "chain_events" WHERE "name" IN ('PaymentDeferred', 'Withdrawn')
GROUP BY 1, 2
HAVING sum(("args"->>'amountWei')::numeric * CASE "name" WHEN 'Withdrawn' THEN -1 ELSE 1 END) <> 0;--> statement-breakpoint
ALTER TABLE "contributor_stats" ADD COLUMN "requesters" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "contributor_stats" ADD COLUMN "standing" double precision DEFAULT 0 NOT NULL;--> statement-breakpoint
UPDATE "contributor_stats" SET "requesters" = "paid"."requesters", "standing" = "paid"."standing"
FROM (
	SELECT "contributor", count(*) AS "requesters", sum(sqrt("wei")) / 1000000000 AS "standing"
	FROM (
		SELECT "slots"."contributor", sum("slots"."paid_wei") AS "wei"
		FROM "slots" JOIN "jobs" USING ("escrow", "job_id")
		WHERE "jobs"."own" AND "jobs"."spec_cid" IS NOT NULL AND "slots"."paid_wei" > 0
		GROUP BY "slots"."contributor", "jobs"."requester") AS "by_requester"
	GROUP BY "contributor") AS "paid"
WHERE "paid"."contributor" = "contributor_stats"."contributor";--> statement-breakpoint
CREATE INDEX "contributor_stats_by_standing" ON "contributor_stats" USING btree (standing desc,"contributor");
