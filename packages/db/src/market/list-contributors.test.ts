import { useDatabase } from "@trainchain/testing/use-database";
import { beforeAll, describe, expect, it } from "vitest";
import { type ContributorRank, listContributors } from "./list-contributors.ts";

const sorts: ContributorRank[] = ["standing", "jobsCompleted", "completionRate", "memberSince"];
const statements: { text: string; parameters: unknown[] }[] = [];
const connection = useDatabase({
  poolSize: 1,
  onStatement: (text, parameters) => statements.push({ text, parameters }),
});

beforeAll(async () => {
  const { sql } = connection;
  await sql`
    insert into contributor_stats (contributor, jobs_accepted, jobs_ended, jobs_completed, jobs_active, earned_wei, standing, member_since)
    select '0x' || left(encode(sha256(n::text::bytea), 'hex'), 40), 90, n % 90, n % 50, 0, 0, sqrt(n % 700),
      '2026-01-01T00:00:00Z'::timestamptz - n % 1000 * interval '1 hour'
    from generate_series(1, 20000) n`;
  await sql`
    insert into contributor_profiles (wallet, gpu_tier)
    select contributor, case when jobs_completed < 25 then '8–16GB VRAM' when jobs_completed < 49 then '16GB+ VRAM'
      when contributor < '0x08' then 'Apple Silicon' end from contributor_stats`;
  await sql`vacuum analyze`;
});

/** What reading everybody one after the other finds, in the order of the list. */
async function everybodyWith(search: string, sort: ContributorRank): Promise<string[]> {
  const rank = {
    standing: "standing",
    jobsCompleted: "jobs_completed",
    completionRate: "jobs_completed::float8 / greatest(jobs_ended, 1)",
    memberSince: "-extract(epoch from member_since)",
  }[sort];
  const { rows } = await connection.pool.query<{ contributor: string }>(
    `select contributor from contributor_stats left join contributor_profiles on wallet = contributor
     where contributor ilike $1 or gpu_tier ilike $1 order by ${rank} desc, contributor limit 60`,
    [`%${search.replace(/[\\%_]/g, "\\$&")}%`],
  );
  return rows.map(({ contributor }) => contributor);
}

/** The first two pages. */
async function pagesOf(search: string | undefined, sort: ContributorRank): Promise<string[]> {
  const first = await listContributors(connection.db, { sort, search, after: undefined, limit: 30 });
  const last = first.at(-1);
  if (!last) return [];
  const after = { rank: last.rank, contributor: last.stats.contributor };
  const second = await listContributors(connection.db, { sort, search, after, limit: 30 });
  return [...first, ...second].map(({ stats }) => stats.contributor);
}

// Found often, seldom and never; in addresses, in tiers, in both; with signs that mean something to "like".
const searches = [
  "ab",
  "AB",
  "0x",
  "0xab",
  "x0",
  "0xabcdef0",
  "16",
  "8–16",
  "vram",
  "apple",
  "GB",
  "zz",
  "%b",
  "a_",
  "xx",
  "\\0",
];

describe.each(sorts)("a search of the pool sorted by %s", (sort) => {
  it.each(searches)("for %s finds what reading everybody finds", async (search) => {
    expect(await pagesOf(search, sort)).toEqual(await everybodyWith(search, sort));
  });

  it.each([undefined, ...searches])("for %s reads no table whole", async (search) => {
    statements.length = 0;
    await pagesOf(search, sort);
    for (const { text, parameters } of [...statements]) {
      const plan = await connection.pool.query(`explain ${text}`, parameters);
      expect(JSON.stringify(plan.rows)).not.toMatch(/Seq Scan on contributor_(stats|profiles)/);
    }
  });
});
