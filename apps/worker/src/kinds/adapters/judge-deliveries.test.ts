import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AdapterJobForWork } from "@trainchain/db/work";
import { writeInitialAdapter } from "@trainchain/lora/node";
import { toyAdapter, toyModules } from "@trainchain/testing/toy-adapters";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { WorkerDeps } from "../../deps.ts";
import { judgeDeliveries } from "./judge-deliveries.ts";

const terms = { modules: [...toyModules], rank: 4, alpha: 8, seed: 7 };
const training = { epochs: 1, learningRate: 1e-3, maxLength: 512, rowsPerStep: 1, finalRate: 1 };
const spec = { training, dataset: { shardRows: [60] } };
const found = { prepared: { spec }, submissions: [] } as unknown as AdapterJobForWork;
const at = (timestamp: bigint) => ({ client: { getBlock: async () => ({ timestamp }) } }) as WorkerDeps;
const withoutEvaluator = at(0n);

let dir: string;
let start: { folder: string; file: string; adapter: undefined };
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "deliveries-"));
  start = { folder: dir, file: join(dir, "start.safetensors"), adapter: undefined };
  await writeInitialAdapter(start.file, terms);
});
afterAll(() => rm(dir, { recursive: true }));

const work = (noiseSeed: number, size = 1) => toyAdapter({ jobSeed: 7, rank: 4, noiseSeed, size });

/** Another's adapter with a share of a third one's B on it: nearly a copy, and holds of each a little. */
function blend(original: Uint8Array, other: Uint8Array, share: number): Uint8Array {
  const bytes = original.slice();
  const [view, more] = [bytes, other].map((one) => new DataView(one.buffer, one.byteOffset)) as [
    DataView,
    DataView,
  ];
  const dataAt = 8 + Number(view.getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, dataAt)));
  for (const [name, tensor] of Object.entries(header)) {
    const [begin, end] = (tensor as { data_offsets?: [number, number] }).data_offsets ?? [0, 0];
    for (let at = dataAt + begin; name.includes("lora_B") && at < dataAt + end; at += 4)
      view.setFloat32(at, view.getFloat32(at, true) + share * more.getFloat32(at, true), true);
  }
  return bytes;
}

/** The slots that are refused, each with the check that it failed. */
async function refusedAmong(...files: Uint8Array[]): Promise<string[]> {
  const adapters = files.map((_, slot) => ({
    ...{ contributor: `0x${slot}`, slot, shard: 0, adapterCid: "", rows: 60, shardCid: "", shardBytes: 0 },
    ...{ folder: join(dir, `adapter-${slot}`), file: join(dir, `adapter-${slot}.safetensors`) },
  }));
  for (const [index, file] of files.entries()) await writeFile(adapters[index]!.file, file);
  const judged = await judgeDeliveries(withoutEvaluator, found, { adapters, terms, start, dir });
  const slots = [...judged.accepted, ...judged.refused].map(({ adapter }) => adapter.slot);
  expect(slots.toSorted()).toEqual(adapters.map(({ slot }) => slot));
  return judged.refused.flatMap(({ adapter, checks }) =>
    checks.filter(({ verdict }) => verdict === "failed").map(({ check }) => `${adapter.slot} ${check}`),
  );
}

test("honest work is accepted", async () => {
  expect(await refusedAmong(work(1), work(2), work(3))).toEqual([]);
});

test("what fails a check of its own speaks against nobody who is like it", async () => {
  expect(await refusedAmong(work(1, 10), work(1))).toEqual(["0 optimizer-reach"]);
});

test("a refused copy speaks against nobody after it, and a second copy is refused in the same look", async () => {
  const copy = blend(work(1), work(3), 0.25);
  expect(await refusedAmong(work(1), copy, work(3))).toEqual(["1 not-a-copy"]);
  expect(await refusedAmong(work(1), copy, work(3), work(3))).toEqual(["1 not-a-copy", "3 not-a-copy"]);
});

test("a platform that has lost its evaluator is waited for until nine tenths of the review, and nothing is judged without it before", async () => {
  const known = {
    job: { reviewPeriodSeconds: 1_000 },
    prepared: { spec: { ...spec, dataset: { ...spec.dataset, fittingRows: [60] } } },
    submissions: [0, 1_000_000].map((ms) => ({ status: "submitted", submittedAt: new Date(ms) })),
  } as unknown as AdapterJobForWork;
  const adapter = { contributor: "0x0", slot: 0, shard: 0, adapterCid: "", rows: 60, shardCid: "" };
  const file = join(dir, "adapter-0.safetensors");
  await writeFile(file, work(1));
  const delivered = { adapters: [{ ...adapter, shardBytes: 0, folder: dir, file }], terms, start, dir };
  await expect(judgeDeliveries(at(1_899n), known, delivered)).rejects.toMatchObject({
    code: "environment-broken",
  });
  expect((await judgeDeliveries(at(1_900n), known, delivered)).accepted).toHaveLength(1);
});
