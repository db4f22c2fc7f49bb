import { useDatabase } from "@trainchain/testing/use-database";
import { expect, it } from "vitest";
import { listDueJobs } from "./list-due-jobs.ts";

const connection = useDatabase();
const [escrow, aggregator] = ["0xe", "0xa"];

it("jobs that stay due hide no other, however many they are", async () => {
  for (const jobId of [1, 2, 3])
    await connection.sql`
      insert into jobs (escrow, job_id, kind, requester, spec_cid, min_contributors, max_contributors, own,
        accept_by, training_period_seconds, review_period_seconds, bond_wei, stake_wei, fee_bps, aggregator,
        status, slots_taken, slots_submitted, created_at)
      values (${escrow}, ${jobId}, 'embedding-finetune', '0xr', 'spec', 1, 1, true, now(), 60, 60, 0, 1, 0, ${aggregator},
        'open', 1, 1, now())`;
  const seen = new Set<bigint>();
  const due = { escrow, aggregator, chainTime: new Date(Date.now() + 60_000), limit: 1 };
  while (seen.size < 3) {
    const found = await listDueJobs(connection.db, due);
    expect(found).toHaveLength(1);
    seen.add(found[0]!);
  }
});
