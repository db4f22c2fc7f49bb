import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createApiClient } from "@trainchain/api-client";
import { type AssignmentView, imageJobSpecSchema } from "@trainchain/protocol";
import { computeCid } from "@trainchain/storage";
import { zeroAddress } from "viem";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import type { StepContext } from "../step-context.ts";
import { fetchShard, sealedShardPath, sealedStartPath } from "./fetch-shard.ts";
import { train } from "./train.ts";

/* What a kill or a power cut leaves of a sealed file: it is made whole again by itself. */

let platform: Server;
let jobDir: string;
/** The ranges that were asked for of sealed files; null for the whole. */
let asked: (string | null)[] = [];
const sealed = { shard: Buffer.from("the sealed shard"), start: Buffer.from("the sealed start") };
const sha256 = createHash("sha256").update("").digest("hex");
const { kind } = imageJobSpecSchema.shape;
const sealedFile = async (bytes: Buffer) => ({
  ...{ cid: await computeCid(bytes), sha256, sizeBytes: bytes.length, identity: "AGE-SECRET-KEY-1" },
});
const assignment: AssignmentView = {
  ...{ jobId: "7", slot: 0, deadline: null, specCid: await computeCid(Buffer.from("spec")) },
  spec: {
    ...{
      version: 1,
      kind: kind.value,
      draftId: "d",
      description: "",
      classes: ["a", "b"],
      exportFormat: "onnx",
    },
    ...{
      model: { id: "yolov8n-cls", revision: "1" },
      training: { epochs: 1, imgsz: 32, seed: 1 },
    },
    dataset: { format: "zip", rows: 2, holdoutRows: 1, shardRows: [1], shardsSha256: sha256 },
  },
  shard: { ...(await sealedFile(sealed.shard)), rows: 1 },
  adapter: { recipient: "age1", maxBytes: 1_000 },
  start: { ...(await sealedFile(sealed.start)), rank: 8 },
  delegate: zeroAddress,
};

beforeAll(async () => {
  platform = createServer((request, response) => {
    const json = { "content-type": "application/json" };
    if (request.url?.endsWith("/assignment"))
      return response.writeHead(200, json).end(JSON.stringify(assignment));
    const range = request.headers.range ?? null;
    asked.push(range);
    const bytes = request.url?.endsWith(assignment.shard.cid) ? sealed.shard : sealed.start;
    const from = Number(/\d+/.exec(range ?? "0"));
    if (from >= bytes.length) return response.writeHead(416).end();
    response.writeHead(range ? 206 : 200).end(bytes.subarray(from));
  });
  await new Promise<void>((resolve) => platform.listen(0, "127.0.0.1", resolve));
});
beforeEach(async () => {
  jobDir = await mkdtemp(join(tmpdir(), "trainchain-fetch-"));
  asked = [];
});
afterEach(() => rm(jobDir, { recursive: true, force: true }));
afterAll(() => platform?.close());

function contextOf(): StepContext {
  const apiUrl = `http://127.0.0.1:${(platform.address() as AddressInfo).port}`;
  return {
    ...{ api: createApiClient({ baseUrl: apiUrl }), apiUrl, jobDir, wallet: { address: zeroAddress } },
    ...{ record: () => ({ jobId: "7", facts: {} }), signal: new AbortController().signal },
    ...{ note() {}, hinder() {}, log() {} },
  } as unknown as StepContext;
}

async function expectWhole(): Promise<void> {
  expect(await readFile(sealedShardPath(jobDir))).toEqual(sealed.shard);
  expect(await readFile(sealedStartPath(jobDir))).toEqual(sealed.start);
  expect((await readdir(jobDir)).sort()).toEqual(["shard.age", "start.age"]);
}

it("a download goes on where it stopped, and one that has all its bytes is not asked for again", async () => {
  await writeFile(`${sealedShardPath(jobDir)}.part`, sealed.shard);
  await writeFile(`${sealedStartPath(jobDir)}.part`, sealed.start.subarray(0, 4));
  await expect(fetchShard(contextOf())).resolves.toMatchObject({ to: "assigned" });
  expect(asked).toEqual(["bytes=4-"]);
  await expectWhole();
});

it("a download of the right length with other bytes is begun anew", async () => {
  await writeFile(`${sealedShardPath(jobDir)}.part`, Buffer.alloc(sealed.shard.length));
  await expect(fetchShard(contextOf())).rejects.toMatchObject({
    code: "storage-unavailable",
    mayRetry: true,
  });
  await expect(fetchShard(contextOf())).resolves.toMatchObject({ to: "assigned" });
  await expectWhole();
});

it("what a power cut has emptied or cut is fetched again before it is trained on", async () => {
  await fetchShard(contextOf());
  for (const path of [sealedShardPath(jobDir), sealedStartPath(jobDir)])
    for (const left of ["", "the"]) {
      await writeFile(path, left);
      await expect(train(contextOf())).resolves.toEqual({ to: "accepted" });
      await fetchShard(contextOf());
      await expectWhole();
    }
});
