import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { kindOf, type LlmJobSpec, trainerEventSchema } from "@trainchain/protocol";
import { createLocalEvaluator, runPython } from "@trainchain/python-env";
import { afterAll, beforeAll, expect, it } from "vitest";
import { isBeyond } from "./checks/replay.ts";
import { replaySegments } from "./replay-segments.ts";

const root = fileURLToPath(new URL("../../../../..", import.meta.url));
const scriptDir = join(root, "trainer");
const model = join(scriptDir, "toy-model");
const envDir = process.env.TRAINCHAIN_ENV_DIR ?? join(root, ".trainchain_env");
const spec = {
  kind: "llm-finetune",
  model: { id: model, revision: "local" },
  lora: { rank: 4, alpha: 8, targetModules: "all-linear", seed: 4294967295 },
  training: { epochs: 2, learningRate: 2e-3, maxLength: 128, rowsPerStep: 4 },
  replay: { segments: 3, boundaryBytes: 10_000_000 },
} as unknown as LlmJobSpec;

let folder: string;
let gateway: Server;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "replay-"));
  const rows = Array.from({ length: 16 }, (_, i) => ({
    instruction: `Write ${i} lines about the sun.`,
    input: "",
    output: `The sun is number ${i}.`,
  }));
  await writeFile(shard(), rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  gateway = createServer(async (request, response) => {
    for await (const _ of request);
    response.end(request.method === "GET" ? await readFile(shard()) : '{"cid":"stored"}');
  }).listen(0, "127.0.0.1");
  await mkdir(join(folder, "work"));
});
afterAll(async () => {
  gateway.close();
  await rm(folder, { recursive: true, force: true });
});

const shard = () => join(folder, "shard.jsonl");
const boundary = (number: number) => join(folder, "work", "boundaries", `${number}.safetensors`);
const segment = (number: number) => ({ segment: number, start: boundary(number), end: boundary(number + 1) });

/** A safetensors file in which the first value of a factor lies farther, by what a few steps could have moved it. */
function withOneValueMoved(file: Buffer): Buffer {
  const values = 8 + Number(file.readBigUInt64LE());
  const header: Record<string, { data_offsets: [number, number] }> = JSON.parse(
    file.subarray(8, values).toString(),
  );
  const factor = Object.keys(header).find((name) => name.endsWith("lora_B.weight"))!;
  const at = values + header[factor]!.data_offsets[0];
  file.writeFloatLE(file.readFloatLE(at) + 0.03, at);
  return file;
}

it("what a contributor was told to train is trained again to where it ended, and only that", {
  timeout: 600_000,
}, async () => {
  const options = {
    ...kindOf(spec.kind).trainer.optionsOf(spec, "shard", model),
    ...{ "job-id": 1, "contributor-wallet": "0x", "work-dir": join(folder, "work"), device: "cpu", cores: 1 },
    "api-url": `http://127.0.0.1:${(gateway.address() as AddressInfo).port}`,
  };
  await runPython({
    dir: envDir,
    script: join(scriptDir, "train_llm.py"),
    args: Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]),
    schema: trainerEventSchema,
  });
  const evaluator = createLocalEvaluator({ envDir, scriptDir });
  const given = { model, shard: shard(), arithmetic: "cpu/float32/none" };

  const found = await replaySegments(evaluator, spec, { ...given, drawn: [segment(2), segment(0)] });
  expect(found.map(({ segment, steps }) => ({ segment, steps }))).toEqual([
    { segment: 2, steps: 3 },
    { segment: 0, steps: 2 },
  ]);
  expect(found.map(({ startDistance }) => startDistance)).toEqual([null, 0]);
  for (const { distance, momentsDistance } of found)
    expect(Math.max(distance, momentsDistance)).toBeLessThan(1e-4);

  const tolerance = { ...{ declared: "", referee: "" }, first: 2e-2, later: 2e-3 };
  const halfWay = join(folder, "half-way");
  await writeFile(halfWay, withOneValueMoved(await readFile(boundary(2))));
  const madeUp = [segment(0), { ...segment(1), end: halfWay }, segment(2)];
  const stopped = await replaySegments(evaluator, spec, { ...given, tolerance, drawn: madeUp });
  expect(stopped.map(({ segment }) => segment)).toEqual([0, 1]);
  expect(stopped.map((one) => isBeyond(one, tolerance))).toEqual([false, true]);
  const all = await replaySegments(evaluator, spec, { ...given, tolerance, drawn: [segment(0), segment(2)] });
  expect(all.map(({ segment }) => segment)).toEqual([0, 2]);

  const swapped = [{ segment: 1, start: boundary(2), end: boundary(1) }];
  await expect(replaySegments(evaluator, spec, { ...given, drawn: swapped })).rejects.toMatchObject({
    code: "boundary-invalid",
    message: "boundary 1 says that it lies after step 5, which is 2",
  });
  const unknown = { ...given, arithmetic: "cuda/bfloat16/nf4", drawn: [segment(0)] };
  await expect(replaySegments(evaluator, spec, unknown)).rejects.toMatchObject({
    code: "arithmetic-unknown",
  });
});

it("the hash that an adapter commits to is that of its boundaries' files", async () => {
  const { root: committed, segments } = JSON.parse(
    await readFile(join(folder, "work", "finished.json"), "utf8"),
  );
  const sha256 = (...parts: Uint8Array[]) => createHash("sha256").update(Buffer.concat(parts)).digest();
  const leaf = async (number: number) => sha256(Uint8Array.of(0), await readFile(boundary(number)));
  const [a, b, c, d] = await Promise.all([0, 1, 2, 3].map(leaf));
  const node = (left: Uint8Array, right: Uint8Array) => sha256(Uint8Array.of(1), left, right);
  expect(segments).toBe(3);
  expect(node(node(a!, b!), node(c!, d!)).toString("hex")).toBe(committed);
});
