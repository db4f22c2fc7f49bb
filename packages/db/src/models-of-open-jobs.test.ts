import { encoderModels, localBaseModel } from "@trainchain/protocol";
import { useDatabase } from "@trainchain/testing/use-database";
import { expect, it } from "vitest";
import { untilModelsKnown } from "./models-of-open-jobs.ts";

const escrow = `0x${"e".repeat(40)}`;
const { signal } = new AbortController();
const connection = useDatabase();

async function insertJob(
  number: number,
  { model = "toy", status = "open", isOwn = true, rank = 8 as number | null } = {},
) {
  const { sql } = connection;
  await sql`
    insert into jobs (escrow, job_id, kind, requester, spec_cid, min_contributors, max_contributors, own,
      training_period_seconds, review_period_seconds, bond_wei, stake_wei, fee_bps, aggregator, status, slots_taken,
      slots_submitted, created_at)
    values (${escrow}, ${number}, 'llm-finetune', 'requester', ${`spec${number}`}, 1, 1, ${isOwn}, 60, 60, 0, 100, 0,
      'aggregator', ${status}, 1, 1, now())`;
  await sql`
    insert into llm_finetune_jobs (draft_id, spec_cid, spec, model_name, model_revision, contributors, dataset_format,
      rows, holdout_rows, holdout_cid, shard_assignments, lora_rank)
    values (${`draft${number}`}, ${`spec${number}`}, '{}', ${model}, 'local', 1, 'jsonl', 10, 1, 'holdout', '[]', ${rank})`;
}

it("open jobs of our own keep their models in the catalogue; others, ended ones and images keep none", async () => {
  await insertJob(1);
  await insertJob(2, { model: "gone", status: "completed" });
  await insertJob(3, { model: "gone", isOwn: false });
  await insertJob(4, { model: "no-language-model", rank: null });
  // A sentence encoder, which is shipped beside the catalogue.
  await insertJob(8, { model: encoderModels[0]!.id });
  const look = (known: string[], at = escrow) =>
    untilModelsKnown(
      connection.db,
      { escrow: at, models: known.map((name) => localBaseModel(`/srv/models/${name}`)) },
      signal,
    );
  await look(["toy"]);
  await insertJob(5, { model: "gone" });
  await insertJob(6, { model: "gone" });
  await expect(look(["toy"])).rejects.toMatchObject({
    code: "configuration-invalid",
    message: expect.stringMatching(/lacks.*: gone \(jobs 5, 6\)$/),
    fix: expect.stringContaining("MODELS_FILE"),
  });
  await expect(look(["gone"])).rejects.toThrow(/: toy \(job 1\)$/);
  await look([], `0x${"f".repeat(40)}`);
});
