import { assignShards } from "@trainchain/protocol";
import { useDatabase } from "@trainchain/testing/use-database";
import { expect, it } from "vitest";
import { listSlotMoves } from "./list-slot-moves.ts";

const connection = useDatabase();

const escrow = "0xe";
let block = 0;

async function insertRound(jobId: number): Promise<void> {
  const { sql } = connection;
  const previousJobId = jobId === 1 ? null : `${jobId - 1}`;
  const spec = JSON.stringify({ series: { previousJobId } });
  await sql`
    insert into drafts (id, kind, requester, upload_id, request)
    values (${`draft-${jobId}`}, 'llm-finetune', '0xr', 'upload', '{}'::jsonb)`;
  await sql`
    insert into llm_finetune_jobs (draft_id, spec_cid, spec, model_name, model_revision, contributors, dataset_format,
      rows, holdout_rows, holdout_cid, shard_assignments)
    values (${`draft-${jobId}`}, ${`spec-${jobId}`}, ${spec}::jsonb, 'toy', '', 3, '', 9, 1, '', '[]'::jsonb)`;
  await sql`
    insert into jobs (escrow, job_id, kind, requester, spec_cid, min_contributors, max_contributors, accept_by,
      training_period_seconds, review_period_seconds, bond_wei, stake_wei, fee_bps, aggregator, status, slots_taken,
      slots_submitted, created_at)
    values (${escrow}, ${jobId}, 'llm-finetune', '0xr', ${`spec-${jobId}`}, 1, 3, now(), 100, 100, 0, 9, 0, '0xa', 'open', 0, 0,
      now())`;
}

async function happens(jobId: number, name: string, args: Record<string, unknown> = {}): Promise<void> {
  block += 1;
  await connection.sql`
    insert into chain_events (block_number, log_index, escrow, transaction_hash, name, job_id, args, mined_at)
    values (${block}, 0, ${escrow}, '0x', ${name}, ${jobId}, ${JSON.stringify(args)}::jsonb, to_timestamp(${block}))`;
}

const shards = async () => {
  const moves = await listSlotMoves(connection.db, { escrow, jobId: 2n });
  return assignShards(3, moves, 1_000);
};

it("a refusal that takes effect after a round's end changes no shard that was given out in the next", async () => {
  await insertRound(1);
  await insertRound(2);
  for (const [slot, contributor] of ["0xfree", "0xhonest", "0xcheat"].entries())
    await happens(1, "JobAccepted", { contributor, slot });
  // One's refusal takes effect while its round is open, the other's after its end.
  await happens(1, "AdapterRejected", { contributor: "0xfree", appealBy: "50" });
  await happens(1, "AdapterRejected", { contributor: "0xcheat", appealBy: "50" });
  await happens(1, "RejectionEnforced", { contributor: "0xfree" });
  await happens(1, "JobClosed");
  for (const [slot, contributor] of ["0xnew", "0xnewer"].entries())
    await happens(2, "JobAccepted", { contributor, slot });
  const given = await shards();
  expect([...given]).toEqual([
    ["0xnew", 0],
    ["0xnewer", 1],
  ]);

  await happens(1, "RejectionEnforced", { contributor: "0xcheat" });
  expect(await shards()).toEqual(given);
});
