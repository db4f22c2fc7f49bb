import { randomUUID } from "node:crypto";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { createTrial, deleteDraft, findTrial } from "@trainchain/db/market";
import { findAggregationOf, findPreparation, listVerdicts } from "@trainchain/db/work";
import {
  baseModels,
  holdoutContext,
  llmJobSpecSchema,
  resultContext,
  resultDocumentSchema,
  shardContext,
} from "@trainchain/protocol";
import { unseal } from "@trainchain/storage";
import { type RunningProcess, roles, waitFor } from "@trainchain/testing";
import { toyAdapter, toyAdapterFrom } from "@trainchain/testing/toy-adapters";
import { extract } from "tar-stream";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { rows, startWorld, type World } from "./test-world/start-world.ts";

let world: World;
let worker: RunningProcess;
const first = roles.firstContributor;

beforeAll(async () => {
  world = await startWorld();
  worker = await world.startWorker();
});
afterAll(() => world?.stop());

async function preparedJob(changes: Record<string, unknown> = {}, terms = {}): Promise<bigint> {
  const draftId = await world.requestJob(rows(60), changes);
  expect(await world.preparation(draftId)).toMatchObject({ status: "ready" });
  return world.listJob(draftId, terms);
}

const honest = (noiseSeed: number) => toyAdapter({ jobSeed: 7, rank: 4, noiseSeed });
const key = (jobId: bigint) => ({ escrow: world.chain.escrow, jobId });

describe("a draft", () => {
  it("becomes a public spec and sealed shards that open with their own keys only", async () => {
    const draftId = await world.requestJob(rows(60));
    expect(await world.preparation(draftId)).toMatchObject({ status: "ready", report: { rows: 60 } });
    const prepared = await world.prepared(draftId);
    const spec = llmJobSpecSchema.parse(JSON.parse(await text(await world.storage.get(prepared.specCid))));
    expect(spec.dataset).toMatchObject({ rows: 60, holdoutRows: 20, shardRows: [20, 20] });
    const [shard] = prepared.shardAssignments;
    const open = async (index: number) =>
      text(
        await unseal(
          await world.storage.get(shard?.cid ?? ""),
          await world.keys.identityFor(shardContext({ draftId, index })),
        ),
      );
    expect((await open(0)).trim().split("\n")).toHaveLength(20);
    await expect(open(1)).rejects.toMatchObject({ code: "sealing-failed" });
    expect(await world.plaintextFolders()).toEqual([]);
    await waitFor("the upload to be removed", async () => (await world.uploads()).length === 0);
  });

  it("deleted before its turn is not prepared, and its upload is removed", async () => {
    await worker.kill();
    const draftId = await world.requestJob(rows(60));
    await deleteDraft(world.connection.db, draftId, new Date());
    worker = await world.startWorker();
    await waitFor("the upload to be removed", async () => (await world.uploads()).length === 0);
    expect(await findPreparation(world.connection.db, draftId)).toBeUndefined();
  });

  it("with a faulty dataset fails, naming line, field and fix", async () => {
    const draftId = await world.requestJob(`${rows(30)}\n{"instruction": "No output."}`);
    const failed = await world.preparation(draftId);
    expect(failed).toMatchObject({ status: "failed", error: { code: "dataset-invalid" } });
    expect(failed.report?.problems).toMatchObject([{ line: 31, field: "output" }]);
  });

  it("of too few rows fails, and says how many are needed", async () => {
    const failed = await world.preparation(await world.requestJob(rows(21)));
    expect(failed).toMatchObject({ status: "failed", error: { code: "dataset-invalid" } });
    expect(failed.error?.fix).toContain("at least 22");
    const few = await world.preparation(await world.requestJob(rows(60), { holdoutRows: 5 }));
    expect(few).toMatchObject({ status: "failed", error: { code: "dataset-invalid" } });
  });

  it("is split by what the platform drew, not by the requester's seed, and the spec says so", async () => {
    const draftId = await world.requestJob(rows(60), { splitSeed: 5 });
    expect(await world.preparation(draftId)).toMatchObject({ status: "ready" });
    const { spec, shardAssignments } = await world.prepared(draftId);
    expect(spec).toMatchObject({ lora: { seed: 7 }, dataset: { splitSeed: 5 } });
    const other = await world.requestJob(rows(60), { splitSeed: 6 });
    await world.preparation(other);
    const [first, second] = [shardAssignments, (await world.prepared(other)).shardAssignments];
    expect(first.map(({ sha256 }) => sha256)).not.toEqual(second.map(({ sha256 }) => sha256));
  });

  it("for the embedded model names it by the hashes of package and weights, with the rate that suits it and small steps", async () => {
    const asked = { model: "smollm2-135m", learningRate: undefined, epochs: 6 };
    const draftId = await world.requestJob(rows(60), asked);
    expect(await world.preparation(draftId)).toMatchObject({ status: "ready" });
    const { spec } = await world.prepared(draftId);
    const { id, revision, embedded } = baseModels.find((model) => model.id === asked.model)!;
    expect(spec).toMatchObject({
      model: { id, revision, sha256: embedded?.sha256 },
      training: { learningRate: 1e-3, rowsPerStep: 2 },
    });
  });

  it("for a base model whose adapters could not be judged fails before anything is staked", async () => {
    const failed = await world.preparation(await world.requestJob(rows(60), { model: "somebody/a-hub-id" }));
    expect(failed).toMatchObject({ status: "failed", error: { code: "configuration-invalid" } });
    expect(failed.error?.message).toContain("somebody/a-hub-id");
  });

  it("changed from another has its seed, holdout and shards, and is cut anew for another number of contributors", async () => {
    const first = await world.requestJob(rows(60), { splitSeed: 5 });
    expect(await world.preparation(first)).toMatchObject({ status: "ready" });
    await waitFor("the upload to be removed", async () => (await world.uploads()).length === 0);
    const before = await world.prepared(first);
    const titled = await world.changeDraft(first, { title: "Doubling", epochs: 3, maxLength: 128 });
    expect(await world.preparation(titled)).toMatchObject({ status: "ready", report: { rows: 60 } });
    const after = await world.prepared(titled);
    expect(after.spec).toMatchObject({
      ...{ draftId: titled, title: "Doubling", training: { epochs: 3, maxLength: 128 } },
      lora: { seed: 7 },
      dataset: { rows: 60, holdoutRows: 20, shardRows: [20, 20], splitSeed: 5 },
    });
    const hashes = ({ shardAssignments }: typeof before) => shardAssignments.map(({ sha256 }) => sha256);
    expect(hashes(after)).toEqual(hashes(before));
    const open = async (cid: string, context: string) =>
      text(await unseal(await world.storage.get(cid), await world.keys.identityFor(context)));
    const heldOut = (draftId: string, { holdoutCid }: typeof before) =>
      open(holdoutCid, holdoutContext({ draftId }));
    expect(await heldOut(titled, after)).toBe(await heldOut(first, before));

    // From the changed one again, whose own upload was never there.
    const alone = await world.changeDraft(titled, { contributors: 3 });
    expect(await world.preparation(alone)).toMatchObject({ status: "ready" });
    const fresh = await world.requestJob(rows(60), { splitSeed: 5, contributors: 3 });
    await world.preparation(fresh);
    const cut = await world.prepared(alone);
    expect(cut.spec.dataset.shardRows).toEqual([14, 13, 13]);
    expect(hashes(cut)).toEqual(hashes(await world.prepared(fresh)));
    expect(await world.plaintextFolders()).toEqual([]);
  });

  it("changed from one whose data is gone fails, and so does one that has too few rows for its contributors", async () => {
    const draftId = await world.requestJob(rows(24));
    expect(await world.preparation(draftId)).toMatchObject({ status: "ready" });
    const many = await world.changeDraft(draftId, { contributors: 30 });
    expect(await world.preparation(many)).toMatchObject({
      status: "failed",
      error: { code: "dataset-invalid" },
    });
    const orphan = await world.changeDraft(many, { contributors: 2 });
    expect(await world.preparation(orphan)).toMatchObject({ status: "failed", error: { code: "gone" } });
  });

  it("whose upload is gone fails instead of waiting for ever", async () => {
    const draftId = await world.requestJob(undefined);
    expect(await world.preparation(draftId)).toMatchObject({ status: "failed", error: { code: "gone" } });
  });
});

describe("a job", () => {
  it("is verified, merged, completed and paid, and its bundle opens with the job's result key", async () => {
    const jobId = await preparedJob();
    const before = await world.chain.client.getBalance({ address: world.chain.wallet(first) });
    const acceptances = [await world.accept(jobId, first), await world.accept(jobId, first + 1)];
    await world.deliver(jobId, first, 0, honest(1));
    await world.deliver(jobId, first + 1, 1, honest(2));
    await world.untilJob(jobId, "completed");

    const gasWei = acceptances[0]!.gasUsed * acceptances[0]!.effectiveGasPrice;
    const after = await world.chain.client.getBalance({ address: world.chain.wallet(first) });
    expect(after - before + gasWei).toBe(500n);

    const stored = await findAggregationOf(world.connection.db, key(jobId));
    const document = resultDocumentSchema.parse(
      JSON.parse(await text(await world.storage.get(stored?.resultCid ?? ""))),
    );
    expect(document.contributors).toMatchObject([
      { slot: 0, rows: 20, weight: 0.5, contributor: world.chain.wallet(first) },
      { slot: 1, rows: 20, weight: 0.5 },
    ]);
    const identity = await world.keys.identityFor(
      resultContext({ chainId: 80_002, contract: world.chain.escrow, jobId }),
    );
    const files: string[] = [];
    const untar = extract();
    untar.on("entry", ({ name }, stream, next) => {
      files.push(name);
      stream.on("end", next).resume();
    });
    const bundle = await unseal(await world.storage.get(document.bundleCid), identity);
    await pipeline(bundle, untar);
    expect(files).toEqual([
      "README.md",
      "result.json",
      "adapter_config.json",
      "adapter_model.safetensors",
      "chat_template.jinja",
    ]);
    expect(await world.plaintextFolders()).toEqual([]);
  });

  it("refuses an adapter of another job on chain, with a public reason, and completes with the others", async () => {
    const jobId = await preparedJob();
    await world.accept(jobId, first);
    await world.accept(jobId, first + 1);
    await world.deliver(jobId, first, 0, toyAdapter({ jobSeed: 8, rank: 4, noiseSeed: 1 }));
    await waitFor("the rejection", async () => (await world.slotStatus(jobId, first)) === "rejected");
    const [verdict] = await listVerdicts(world.connection.db, key(jobId));
    expect(verdict?.checks.find(({ check }) => check === "same-start")).toMatchObject({ verdict: "failed" });
    const reason = JSON.parse(await text(await world.storage.get(verdict?.reasonCid ?? "")));
    expect(reason).toMatchObject({ contributor: world.chain.wallet(first), jobId: jobId.toString() });

    await world.accept(jobId, first + 2);
    await world.deliver(jobId, first + 2, 0, honest(3));
    await world.deliver(jobId, first + 1, 1, honest(4));
    await world.untilJob(jobId, "completed");
  });

  it("refuses at once what was scaled up, delivered alone and with nobody to compare with", async () => {
    const jobId = await preparedJob();
    await world.accept(jobId, first);
    const scaled = toyAdapter({ jobSeed: 7, rank: 4, noiseSeed: 1, size: 10 });
    await world.deliver(jobId, first, 0, scaled);
    await waitFor("the rejection", async () => (await world.slotStatus(jobId, first)) === "rejected");
    const [verdict] = await listVerdicts(world.connection.db, key(jobId));
    expect(verdict?.checks.at(-1)).toMatchObject({ check: "optimizer-reach", verdict: "failed" });
  });

  it("refuses an adapter that was sealed for another slot", async () => {
    const jobId = await preparedJob();
    await world.accept(jobId, first);
    await world.deliver(jobId, first, 1, honest(1));
    await waitFor("the rejection", async () => (await world.slotStatus(jobId, first)) === "rejected");
    const [verdict] = await listVerdicts(world.connection.db, key(jobId));
    expect(verdict?.checks).toMatchObject([{ check: "sealed-to-slot", verdict: "failed" }]);
  });

  it("refuses the copy among two deliveries, the later one, and completes with the original", async () => {
    const jobId = await preparedJob();
    await world.accept(jobId, first);
    await world.accept(jobId, first + 1);
    await world.deliver(jobId, first, 0, honest(1));
    await waitFor("the delivery", async () => (await world.slotStatus(jobId, first)) === "submitted");
    await world.deliver(jobId, first + 1, 1, honest(1));
    await waitFor("the rejection", async () => (await world.slotStatus(jobId, first + 1)) === "rejected");
    await world.accept(jobId, first + 2);
    await world.deliver(jobId, first + 2, 1, honest(5));
    await world.untilJob(jobId, "completed");
    const verdicts = await listVerdicts(world.connection.db, key(jobId));
    expect(verdicts.map(({ verdict }) => verdict).toSorted()).toEqual(["accepted", "accepted", "refused"]);
  });

  it("is completed and paid once when workers are killed at every turn", async () => {
    const jobId = await preparedJob();
    await world.accept(jobId, first);
    await world.accept(jobId, first + 1);
    await world.deliver(jobId, first, 0, honest(1));
    await world.deliver(jobId, first + 1, 1, honest(2));
    await worker.kill();
    for (const table of ["adapter_verifications", "aggregations"]) {
      worker = await world.startWorker();
      await waitFor(`rows in ${table}`, async () => {
        const found = await world.connection.pool.query(`select from ${table} where job_id = $1`, [jobId]);
        return found.rowCount !== 0;
      });
      await worker.kill();
    }
    worker = await world.startWorker();
    await world.untilJob(jobId, "completed");
    const closed = await world.connection.sql`
      select from transactions where purpose = ${`completeJob/${world.chain.escrow}/${jobId}`}`;
    expect(closed).toHaveLength(1);
    await waitFor(
      "the rests of killed workers to be removed",
      async () => (await world.plaintextFolders()).length === 0,
    );
  });

  it("goes on without a contributor that vanished: its slot is released when the chain's clock says so", async () => {
    const jobId = await preparedJob();
    await world.accept(jobId, first);
    await world.accept(jobId, first + 1);
    await world.deliver(jobId, first, 0, honest(1));
    await waitFor("the delivery", async () => (await world.slotStatus(jobId, first)) === "submitted");
    await world.chain.travel(86_401);
    await waitFor("the release", async () => (await world.slotStatus(jobId, first + 1)) === "released");
    await world.untilJob(jobId, "completed");
  });

  it("that nobody finished expires by itself and the stake goes back", async () => {
    const jobId = await preparedJob();
    await world.chain.travel(3_601);
    await world.untilJob(jobId, "expired");
  });

  it("of a stranger who copied the spec is left alone", async () => {
    const draftId = await world.requestJob(rows(60));
    await world.preparation(draftId);
    const jobId = await world.listJob(draftId);
    await world.connection
      .sql`update drafts set requester = '0x0000000000000000000000000000000000000001' where id = ${draftId}`;
    await world.accept(jobId, first);
    // By the contributor's own wallet: nothing is relayed for such a job.
    const { cid } = await world.storage.put(await world.sealed(jobId, first, 0, honest(1)));
    await world.submitCid(jobId, first, cid);
    await waitFor("the delivery", async () => (await world.slotStatus(jobId, first)) === "submitted");
    await waitFor("the queue to be empty", async () => {
      const [row] = await world.connection.sql`
        select count(*)::int as tasks from pgboss.job where state in ('created', 'active') and name <> 'failed'`;
      return row?.tasks === 0;
    });
    expect(await listVerdicts(world.connection.db, key(jobId))).toEqual([]);
  });
});

describe("a round", () => {
  it("that is done has the next one's draft prepared, once, by whichever worker lives; it starts where the first ended", async () => {
    const request = { rounds: 2, rewardWei: "2001" };
    const draftId = await world.requestJob(rows(60), request);
    const nextId = await world.requestRound(draftId, 2);
    expect(await world.preparation(draftId)).toMatchObject({ status: "ready" });
    const jobId = await world.listJob(draftId);
    await world.accept(jobId, first);
    await world.accept(jobId, first + 1);
    await world.deliver(jobId, first, 0, honest(1));
    await world.deliver(jobId, first + 1, 1, honest(2));
    await world.untilJob(jobId, "completed");
    await worker.kill();
    worker = await world.startWorker();
    expect(await world.preparation(nextId)).toMatchObject({ status: "ready" });

    const [before, after] = [await world.prepared(draftId), await world.prepared(nextId)];
    expect(after).toMatchObject({ shardAssignments: before.shardAssignments, holdoutCid: before.holdoutCid });
    const next = await world.nextOf(jobId);
    expect(after.spec).toMatchObject({
      series: { id: draftId, round: 2, rounds: 2, previousJobId: jobId.toString(), ...next },
    });

    const start = await world.startOf(jobId, next.start.cid);
    const second = await world.listJob(nextId);
    // Whoever held shard 1 takes slot 0 now: its rows, and its weight, are still those of shard 1.
    await world.accept(second, first + 1);
    await world.accept(second, first);
    await world.deliver(second, first + 1, 0, toyAdapterFrom(start, 3));
    await world.deliver(second, first, 1, toyAdapterFrom(start, 4));
    await world.untilJob(second, "completed");
    const merged = await findAggregationOf(world.connection.db, key(second));
    // Merged in the order of delivery, which is that of addresses within one block.
    expect(merged?.result.contributors.toSorted((a, b) => a.slot - b.slot)).toMatchObject([
      { slot: 0, shard: 1, contributor: world.chain.wallet(first + 1) },
      { slot: 1, shard: 0, contributor: world.chain.wallet(first) },
    ]);
  });
});

it("a prompt for a result that cannot be run here is answered with why, and what to do instead", async () => {
  const { db } = world.connection;
  const id = randomUUID();
  const asked = { id, requester: world.chain.wallet(roles.requester), prompt: "Hello", askedAt: new Date() };
  await createTrial(db, { ...asked, ...key(1n) }, new Date());
  const answered = await waitFor("the refusal", async () => {
    const { answered } = (await findTrial(db, id)) ?? {};
    return answered?.status === "failed" && answered;
  });
  expect(answered).toMatchObject({ answers: [], error: { code: "conflict", fix: expect.any(String) } });
  expect(await world.plaintextFolders()).toEqual([]);
});

it("a verification waits for its next try, whatever its error says of trying again: only a verdict ends it", async () => {
  const jobId = await preparedJob();
  await world.accept(jobId, first);
  await rm(join(world.model, "config.json"));
  await world.deliver(jobId, first, 0, honest(1));
  const waiting = await waitFor("the task to wait", async () => {
    const [task] = await world.connection.sql`
      select output->>'message' as last_error from pgboss.job
      where name = 'verify-adapter' and state = 'retry' and singleton_key like ${`%/${jobId}/%`}`;
    return task;
  });
  expect(waiting?.last_error).toContain("no readable config.json");
});
