import { execFile } from "node:child_process";
import { existsSync, openAsBlob } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { blobSource } from "@trainchain/api-client";
import { encodeAcceptJob, getSlot, localChain, signSubmission } from "@trainchain/chain";
import { type CheckResult, imageReceiptSchema } from "@trainchain/protocol";
import { pythonPath } from "@trainchain/python-env";
import { seal } from "@trainchain/storage";
import { roles, waitFor } from "@trainchain/testing";
import { drawShape, shapesArchive, zipOf } from "@trainchain/testing/generated-images";
import { type LocalWorld, localChainId, startLocalWorld } from "@trainchain/testing/local-world";
import { createPublicClient, http, type PublicClient, zeroAddress } from "viem";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type AgentLine, runCli, startAgent } from "./agent-process.ts";
import { meetPerson, type Person } from "./job-moves/people.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const envDir = process.env.TRAINCHAIN_ENV_DIR ?? join(root, ".trainchain_env");
const [honest, guessing] = [roles.firstContributor, roles.firstContributor + 1];
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
  const training = ["--epochs", "10", "--imgsz", "32", "--seed", "1", "--export-format", "pt"];
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

it("an agent trains, exports, hands in and is paid; the requester downloads a model that was measured", async () => {
  const { api, wallet } = await meetPerson(world, chain, honest);
  const before = await chain.getBalance({ address: wallet });
  const lines: AgentLine[] = [];
  const agent = await startAgent(world, honest, ["--jobs", jobId, "--once", "--cores", "2"], (line) =>
    lines.push(line),
  );
  expect(await agent.exited, await agent.lastLines()).toBe(0);
  const trained = lines.flatMap(({ trainer }) => trainer?.event ?? []);
  for (const event of ["model-loaded", "epoch", "exported", "submitted"]) expect(trained).toContain(event);
  expect(await api.getJob(jobId)).toMatchObject({ status: "completed", shareWei: rewardWei.toString() });
  const spent = before + rewardWei - (await chain.getBalance({ address: wallet }));
  expect(spent).toBeGreaterThan(0n);
  expect(spent).toBeLessThan(rewardWei / 100n);

  const folder = join(dataDir, "result");
  await runCli(world, roles.requester, ["job", "download", jobId, "--out", folder]);
  for (const name of ["model.onnx", "model.pt", "README.md", "result.json"])
    expect(existsSync(join(folder, name)), name).toBe(true);
  const { result } = imageReceiptSchema.parse(
    JSON.parse(await readFile(join(folder, "receipt.json"), "utf8")),
  );
  const { evaluation, classes } = result;
  expect(evaluation.correct).toBeGreaterThanOrEqual(evaluation.chance.leastCorrect);
  expect(evaluation.confusion.map((row) => row.reduce((sum, count) => sum + count, 0))).toEqual(
    classes.map(() => 12),
  );
  const verified = await runCli<{ ok: boolean; findings: { outcome: string; what: string }[] }>(
    world,
    roles.requester,
    ["result", "verify", join(folder, "receipt.json"), "--rpc", world.rpcUrl, "--api", world.apiUrl],
  );
  expect(verified.findings.filter(({ outcome }) => outcome === "differs")).toEqual([]);
  expect(verified.findings.filter(({ outcome }) => outcome === "verified").length).toBeGreaterThan(20);
  const card = await readFile(join(folder, "README.md"), "utf8");
  expect(card).toContain("**never opened it**");
});
