import { gpuTiers, type LlmJobSpec } from "@trainchain/protocol";
import type { Pool } from "pg";

export interface Scale {
  contributors: number;
  jobs: number;
  events: number;
}

/** What a requester asked for, as the lists show it. */
const spec = JSON.stringify({
  version: 1,
  kind: "llm-finetune",
  draftId: "of the row",
  description: "Teach it manners",
  model: { id: "toy", revision: "local" },
  lora: { rank: 8, alpha: 16, targetModules: "all-linear", seed: 7 },
  training: { epochs: 2, learningRate: 2e-4, maxLength: 512 },
  dataset: {
    format: "jsonl",
    rows: 100,
    holdoutRows: 10,
    shardRows: [30, 30, 30],
    shardsSha256: "a".repeat(64),
  },
  aggregation: { method: "svd", rank: "auto" },
} satisfies LlmJobSpec);

/**
 * A platform that has run for years, inserted by SQL: jobs of a thousand requesters, three slots each, events spread
 * over the jobs, and one requester and one contributor, whose pages are asked for, with a thousandth of everything.
 */
export async function fillDatabase(
  pool: Pool,
  { contributors, jobs, events }: Scale,
  { escrow, requester, contributor }: { escrow: string; requester: string; contributor: string },
): Promise<void> {
  const wallet = (name: string, number: string) =>
    `'0x' || left(encode(sha256(('${name}' || ${number})::bytea), 'hex'), 40)`;
  const cid = (name: string, number: string) =>
    `'bafkrei' || translate(left(encode(sha256(('${name}' || ${number})::bytea), 'hex'), 52), '01', '23')`;
  await pool.query(`
    insert into contributor_stats (contributor, jobs_accepted, jobs_ended, jobs_completed, jobs_active, earned_wei, member_since)
    select case when n = 1 then '${contributor}' else ${wallet("contributor", "n")} end,
      10 + n % 90, 10 + n % 90 - n % 2, (10 + n % 90 - 1) * (n % 11) / 10, n % 2, n * 1000000000000, now() - n * interval '1 minute'
    from generate_series(1, ${contributors}) n`);
  await pool.query(`
    insert into contributor_profiles (wallet, gpu_tier)
    select contributor, (array['${gpuTiers.join("','")}'])[1 + jobs_accepted % ${gpuTiers.length}] from contributor_stats`);
  await pool.query(`
    insert into jobs (escrow, job_id, kind, requester, spec_cid, min_contributors, max_contributors, accept_by,
      training_period_seconds, review_period_seconds, bond_wei, stake_wei, fee_bps, aggregator, status, slots_taken,
      slots_submitted, result_cid, created_at, closed_at)
    select '${escrow}', n, case when n % 5 = 0 then 'image-classification' else 'llm-finetune' end,
      case when n % 1000 = 1 then '${requester}' else ${wallet("requester", "n % 1000")} end, ${cid("spec", "n")}, 2, 3,
      now(), 3600, 3600, 0, 1000000, 0, '${escrow}', case when n % 20 = 0 then 'open' else 'completed' end, 3, 3,
      ${cid("result", "n")}, now() - n * interval '10 minutes', now()
    from generate_series(1, ${jobs}) n`);
  await pool.query(`
    insert into slots (escrow, job_id, contributor, slot, delegate, status, deadline, accepted_at, paid_wei)
    select '${escrow}', n, case when n % 100 = 1 and s = 0 then '${contributor}' else ${wallet("contributor", `(2 + (n * 3 + s) % ${contributors - 1})`)} end,
      s, '0x0000000000000000000000000000000000000000', case when n % 100 = 1 and s = 0 then 'accepted' else 'submitted' end, now(), now() - n * interval '10 minutes', 1000
    from generate_series(1, ${jobs}) n, generate_series(0, 2) s`);
  await pool.query(`
    insert into contributor_submissions (escrow, job_id, contributor, adapter_cid, submitted_at, status, transaction_hash)
    select escrow, job_id, contributor, ${cid("adapter", "job_id || contributor")}, accepted_at, 'paid', '0x' || repeat('1', 64)
    from slots`);
  await pool.query(`
    insert into chain_events (block_number, log_index, escrow, transaction_hash, name, job_id, args, mined_at)
    select n / 10, n % 10, '${escrow}', '0x' || encode(sha256(n::text::bytea), 'hex'),
      (array['JobCreated','JobAccepted','AdapterSubmitted','JobCompleted'])[1 + n % 4], 1 + n % ${jobs},
      jsonb_build_object('jobId', (1 + n % ${jobs})::text), now() - n * interval '1 second'
    from generate_series(1, ${events}) n`);
  await pool.query(`
    insert into drafts (id, kind, requester, upload_id, request, created_at)
    select md5('draft' || n)::uuid::text, 'llm-finetune',
      case when n % 1000 = 1 then '${requester}' else ${wallet("requester", "n % 1000")} end, md5('upload' || n),
      '{"uploadId":"0123456789abcdef","model":"/models/toy","contributors":2,"rewardWei":"1000"}', now() - n * interval '10 minutes'
    from generate_series(1, ${jobs}) n`);
  await pool.query("insert into preparations (draft_id, status) select id, 'ready' from drafts");
  await pool.query(`
    insert into llm_finetune_jobs (draft_id, spec_cid, spec, model_name, model_revision, contributors, dataset_format,
      rows, holdout_rows, holdout_cid, shard_assignments)
    select md5('draft' || n)::uuid::text, ${cid("spec", "n")}, '${spec}', 'toy', 'local', 3, 'jsonl', 100, 10,
      ${cid("holdout", "n")}, '[]'
    from generate_series(1, ${jobs}) n`);
  await pool.query(`
    insert into transactions (purpose, to_address, data, value_wei, status)
    select 'submitAdapterBySig/' || escrow || '/' || job_id || '/' || contributor || '/' || slot, escrow, '0x', 0, 'confirmed'
    from slots`);
  await pool.query("vacuum analyze");
}
