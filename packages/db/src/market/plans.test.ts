import { useDatabase } from "@trainchain/testing/use-database";
import { beforeAll, expect, it } from "vitest";
import { getTotals } from "./get-totals.ts";
import { listContributions } from "./list-contributions.ts";
import { listJobs } from "./list-jobs.ts";

const statements: { text: string; parameters: unknown[] }[] = [];
const escrow = `0x${"e".repeat(40)}`;
const connection = useDatabase({
  poolSize: 1,
  onStatement: (text, parameters) => statements.push({ text, parameters }),
});

beforeAll(async () => {
  const { sql } = connection;
  await sql`
    insert into jobs (escrow, job_id, kind, requester, spec_cid, min_contributors, max_contributors,
      training_period_seconds, review_period_seconds, bond_wei, stake_wei, fee_bps, aggregator, status, slots_taken,
      slots_submitted, created_at)
    select ${escrow}, n, case when n % 7 = 0 then 'image-classification' else 'llm-finetune' end, 'requester' || n % 50,
      'spec' || n, 1, 1, 60, 60, 0, 100, 0, 'aggregator', case when n % 9 = 0 then 'open' else 'completed' end, 1, 1,
      '2026-01-01T00:00:00Z'::timestamptz + n % 5000 * interval '1 minute'
    from generate_series(1, 20000) n`;
  await sql`
    insert into slots (escrow, job_id, contributor, slot, delegate, status, accepted_at)
    select escrow, job_id, 'contributor' || job_id % 40, 0, '', 'submitted', created_at from jobs`;
  await sql`
    insert into drafts (id, kind, requester, upload_id, request)
    select 'draft' || job_id, kind, requester, 'upload', '{}' from jobs`;
  await sql`
    insert into llm_finetune_jobs (draft_id, spec_cid, spec, model_name, model_revision, contributors, dataset_format,
      rows, holdout_rows, holdout_cid, shard_assignments)
    select 'draft' || job_id, spec_cid, '{}', 'toy', 'local', 1, 'jsonl', 10, 1, 'holdout', '[]' from jobs`;
  await sql`
    insert into contributor_stats (contributor, jobs_accepted, jobs_ended, jobs_completed, jobs_active, earned_wei, member_since)
    select 'contributor' || n, 1, 1, 1, n % 2, n, now() from generate_series(1, 20000) n`;
  await sql`vacuum analyze`;
});

const newest = { after: undefined, limit: 21 };
const later = { after: { createdAt: new Date("2026-01-02"), jobId: 1440n, escrow }, limit: 21 };
const lists: Record<string, () => Promise<unknown>> = {
  "the jobs": () => listJobs(connection.db, newest),
  "a later page of the jobs": () => listJobs(connection.db, later),
  "the open jobs": () => listJobs(connection.db, { ...newest, status: "open" }),
  "the jobs with images": () => listJobs(connection.db, { ...newest, kind: "image-classification" }),
  "the open jobs with images": () =>
    listJobs(connection.db, { ...later, kind: "image-classification", status: "open" }),
  "somebody's contributions": () =>
    listContributions(connection.db, { contributor: "contributor7", ...newest }),
  "the totals": () => getTotals(connection.db),
};

it.each(Object.keys(lists))("the list of %s reads no table whole", async (name) => {
  statements.length = 0;
  await lists[name]?.();
  expect(statements.length).toBeGreaterThan(0);
  for (const { text, parameters } of [...statements]) {
    const plan = await connection.pool.query(`explain ${text}`, parameters);
    expect(JSON.stringify(plan.rows)).not.toMatch(
      /Seq Scan on (jobs|slots|drafts|llm_finetune_jobs|contributor_stats)/,
    );
  }
});

it("jobs come newest first, by number and escrow where they are as old, each once", async () => {
  const wanted = await connection.sql<{ job_id: string }>`
    select job_id from jobs order by extract(epoch from created_at) desc, job_id desc limit 60`;
  const found: bigint[] = [];
  for (let after: (typeof later)["after"] | undefined; found.length < 60; ) {
    const page = await listJobs(connection.db, { after, limit: 20 });
    found.push(...page.map(({ jobId }) => jobId));
    after = page.at(-1);
  }
  expect(found).toEqual(wanted.map(({ job_id }) => BigInt(job_id)));
});
