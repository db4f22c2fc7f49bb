import { execFile } from "node:child_process";
import { openAsBlob } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { blobSource } from "@trainchain/api-client";
import { encodeAcceptJob, getSlot, localChain, signSubmission } from "@trainchain/chain";
import type { CheckResult } from "@trainchain/protocol";
import { pythonPath } from "@trainchain/python-env";
import { seal } from "@trainchain/storage";
import { roles, waitFor } from "@trainchain/testing";
import { drawShape, shapesArchive, zipOf } from "@trainchain/testing/generated-images";
import { type LocalWorld, localChainId, startLocalWorld } from "@trainchain/testing/local-world";
import { createPublicClient, http, type PublicClient, zeroAddress } from "viem";
import { afterAll, beforeAll, expect, it } from "vitest";
import { runCli } from "./agent-process.ts";
import { meetPerson, type Person } from "./job-moves/people.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const envDir = process.env.TRAINCHAIN_ENV_DIR ?? join(root, ".trainchain_env");
const guessing = roles.firstContributor;
const rewardWei = 500_000_000_000_000_000n;

let world: LocalWorld;
let dataDir: string;
let chain: PublicClient;
let jobId: string;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "trainchain-images-"));
  world = await startLocalWorld({ dataDir, pythonEnvDir: envDir });
  chain = createPublicClient({ chain: localChain, transport: http(world.rpcUrl), pollingInterval: 50 });
});

afterAll(async () => {
  await world?.stop();
  await rm(dataDir, { recursive: true, force: true });
});

/** Uploads an archive as its bytes are and has it prepared: what a client that checks nothing can do. */
async function prepare({ api }: Person, archive: Uint8Array) {
  const blob = new Blob([archive as Uint8Array<ArrayBuffer>]);
  const upload = await api.createUpload(blobSource(blob, "images.zip"));
  const request = { uploadId: upload.id, imgsz: 32, rewardWei: rewardWei.toString() };
  const { id } = await api.createImageClassification(request);
  return waitFor("the draft to be decided", async () => {
    const draft = await api.getDraft(id);
    return draft.status !== "preparing" && draft;
  });
}

it("refuses hostile archives on the platform too, naming file and fix", async () => {
  const requester = await meetPerson(world, chain, roles.requester);
  const good = ["cross", "ring"].flatMap((name) =>
    Array.from({ length: 25 }, (_, at): [string, Uint8Array] => [
      `${name}/${at}.png`,
      drawShape(name as "cross" | "ring", at),
    ]),
  );
  const cut = drawShape("ring", 99).subarray(0, 300);
  const cases: [string, Uint8Array, string][] = [
    ["../climb.png", drawShape("ring", 99), "leaves its folder"],
    ["ring/bomb.png", new Uint8Array(8 * 1024 ** 2), "a hundred times its size"],
    ["ring/cut.png", cut, "does not decode"],
  ];
  for (const [path, bytes, why] of cases) {
    const { status, error, report } = await prepare(requester, await zipOf([...good, [path, bytes]]));
    expect([path, status, error?.code]).toEqual([path, "failed", "dataset-invalid"]);
    expect(error?.message).toContain(path);
    expect(error?.message).toContain(why);
    expect(error?.fix).not.toBe("");
    expect(report).toMatchObject({ ok: false, errors: 1 });
  }
});

it("opens an image job from the command line, with the classes that the archive holds", async () => {
  const archive = join(dataDir, "shapes.zip");
  await writeFile(archive, await shapesArchive(60));
  const training = ["--epochs", "4", "--imgsz", "32", "--seed", "1", "--export-format", "pt"];
  const opened = await runCli<{ jobId: string; classes: string[] }>(world, roles.requester, [
    ...["job", "create-image", "--dataset", archive, "--reward", "0.5", "--yes"],
    ...training,
  ]);
  expect(opened.classes).toEqual(["cross", "ring", "square", "stripes"]);
  jobId = opened.jobId;
  const { api } = await meetPerson(world, chain, roles.stranger);
  const job = await api.getJob(jobId);
  expect(job).toMatchObject({
    kind: "image-classification",
    terms: { minContributors: 1, maxContributors: 1 },
    spec: { kind: "image-classification", imgsz: 32, exportFormat: "pt", rows: 240, shardRows: [192] },
    needs: { cpu: { ramGb: 2 } },
  });
  await expect(api.getAssignment(jobId)).rejects.toMatchObject({ code: "not-found" });
});

it("refuses a model at chance on chain, and says with which figure", async () => {
  const person = await meetPerson(world, chain, guessing);
  const { escrow } = world;
  await person.send(encodeAcceptJob({ escrow, jobId: BigInt(jobId), delegate: zeroAddress, bondWei: 0n }));
  const { adapter } = await waitFor("the assignment", () => person.api.getAssignment(jobId));

  const bundle = join(dataDir, "guess.tar");
  const script = join(root, "e2e", "images", "guessing_model.py");
  await promisify(execFile)(pythonPath(envDir), [script, bundle, join(dataDir, "guess"), "32", "4", "pt"]);
  const sealed = await new Response(
    await seal((await openAsBlob(bundle)).stream(), adapter.recipient),
  ).blob();
  const modelCid = await person.api.uploadAdapter(jobId, blobSource(sealed, "model.age"));
  const submission = { jobId: BigInt(jobId), contributor: person.wallet, adapterCid: modelCid };
  const signature = await signSubmission(person.account, { chainId: localChainId, escrow }, submission);
  const body = { jobId, contributor: person.wallet, modelCid, signature };
  await expect(
    person.api.submitAdapter({ jobId, contributor: person.wallet, adapterCid: modelCid, signature }),
  ).rejects.toMatchObject({ code: "conflict" });
  await person.api.completeImageJob(body);

  await waitFor(
    "the slot to be rejected on chain",
    async () =>
      (await getSlot(chain, { escrow, jobId: BigInt(jobId), contributor: person.wallet })).status ===
      "rejected",
    { timeoutMs: 60_000 },
  );
  const [own] = await person.api.getVerification(jobId);
  const failed = own?.checks.find(({ verdict }) => verdict === "failed");
  expect(own?.checks.map(({ check, verdict }) => [check, verdict])).toEqual([
    ["sealed-to-slot", "passed"],
    ["onnx", "passed"],
    ["classes-and-size", "passed"],
    ["better-than-chance", "failed"],
  ]);
  expect(failed?.message).toMatch(/\d+ of 48 held-out images .* no better than chance: \d+ are asked/);
  expect(failed?.figure).toBeLessThan(failed?.threshold ?? 0);
  const reason = await new Response(await person.api.getContent(own?.reasonCid ?? "")).json();
  expect((reason as { checks: CheckResult[] }).checks).toContainEqual(failed);
});
