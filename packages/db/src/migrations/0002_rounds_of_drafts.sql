ALTER TABLE "llm_finetune_jobs" ALTER COLUMN "lora_rank" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "llm_finetune_jobs" ALTER COLUMN "lora_alpha" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "llm_finetune_jobs" ALTER COLUMN "target_modules" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "drafts" ADD COLUMN "first_draft_id" text;--> statement-breakpoint
ALTER TABLE "drafts" ADD COLUMN "round" smallint DEFAULT 1 NOT NULL;--> statement-breakpoint
CREATE UNIQUE INDEX "drafts_by_round" ON "drafts" USING btree ("first_draft_id","round");