ALTER TABLE "uploads" ADD COLUMN "network" text;--> statement-breakpoint
CREATE INDEX "drafts_by_upload" ON "drafts" USING btree ("upload_id");--> statement-breakpoint
CREATE INDEX "drafts_kept" ON "drafts" USING btree ("created_at") WHERE deleted_at is null;--> statement-breakpoint
CREATE INDEX "uploads_by_network" ON "uploads" USING btree ("network") WHERE network is not null;--> statement-breakpoint
CREATE INDEX "uploads_by_cid" ON "uploads" USING btree ("cid") WHERE cid is not null;--> statement-breakpoint
CREATE INDEX "uploads_unfinished" ON "uploads" USING btree ("created_at") WHERE finished_at is null;--> statement-breakpoint
CREATE INDEX "adapter_verifications_by_reason" ON "adapter_verifications" USING btree ("reason_cid");--> statement-breakpoint
CREATE INDEX "aggregations_by_result" ON "aggregations" USING btree ("result_cid");--> statement-breakpoint
CREATE INDEX "aggregations_by_bundle" ON "aggregations" USING btree ("bundle_cid");--> statement-breakpoint
CREATE INDEX "llm_finetune_jobs_by_holdout" ON "llm_finetune_jobs" USING btree ("holdout_cid");--> statement-breakpoint
CREATE INDEX "llm_finetune_jobs_by_shard" ON "llm_finetune_jobs" USING gin ("shard_assignments" jsonb_path_ops);--> statement-breakpoint
CREATE INDEX "llm_finetune_jobs_by_start" ON "llm_finetune_jobs" USING btree ((spec #>> '{series,start,cid}'));