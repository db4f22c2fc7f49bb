DELETE FROM "withdrawable_balances";--> statement-breakpoint
ALTER TABLE "withdrawable_balances" DROP CONSTRAINT "withdrawable_balances_wallet_escrow_pk";--> statement-breakpoint
ALTER TABLE "withdrawable_balances" DROP COLUMN "escrow";--> statement-breakpoint
ALTER TABLE "withdrawable_balances" ADD PRIMARY KEY ("wallet");--> statement-breakpoint
INSERT INTO "withdrawable_balances" ("wallet", "amount_wei")
SELECT "args"->>'wallet', sum(("args"->>'amountWei')::numeric * CASE "name" WHEN 'Withdrawn' THEN -1 ELSE 1 END)
FROM "chain_events" WHERE "name" IN ('PaymentDeferred', 'Withdrawn')
GROUP BY 1
HAVING sum(("args"->>'amountWei')::numeric * CASE "name" WHEN 'Withdrawn' THEN -1 ELSE 1 END) <> 0;--> statement-breakpoint
ALTER TABLE "drafts" ADD COLUMN "least_reward_wei" numeric(78,0);--> statement-breakpoint
UPDATE "contributor_stats" SET "earned_wei" = coalesce((
	SELECT sum("slots"."paid_wei") FROM "slots" JOIN "jobs" USING ("escrow", "job_id")
	WHERE "slots"."contributor" = "contributor_stats"."contributor" AND "jobs"."own" AND "jobs"."spec_cid" IS NOT NULL), 0);
