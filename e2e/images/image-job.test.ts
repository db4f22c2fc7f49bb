import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { encodeAcceptJob, getSlot, signSubmission } from "@trainchain/chain";
import { verifyImageReceipt } from "@trainchain/cli";
import { type CheckResult, imageReceiptSchema, kindOf } from "@trainchain/protocol";
import { roles, waitFor } from "@trainchain/testing";
import { expectNoAxeViolations } from "@trainchain/testing/browser";
import { drawShape, shapeClasses, shapesArchive, zipOf } from "@trainchain/testing/generated-images";
import { parseEther, zeroAddress } from "viem";
import { afterAll, beforeAll, expect, it } from "vitest";
import { runCli } from "../agent-process.ts";
import type { Person } from "../job-moves/people.ts";
import { trainchain } from "../job-moves/trainchain.ts";
import { expectDeliveredOnceThroughKills } from "../killed-agent.ts";
import type { Visit } from "../web/visit.ts";
import { type ImageWorld, startImageWorld } from "./image-world.ts";

const training = ["--epochs", "4", "--imgsz", "32", "--seed", "1", "--export-format", "pt"];

let world: ImageWorld;
let requester: Person;
/** A folder a class. */
let archive: string;
let visit: Visit;
/** Requested from the command line. */
let jobId: string;
/** Requested on the site. */
let siteJobId: string;

beforeAll(async () => {
  world = await startImageWorld();
  requester = await world.person(roles.requester);
  archive = join(world.dataDir, "shapes.zip");
  await writeFile(archive, await shapesArchive(60));
});
afterAll(() => world?.stop());

it("refuses hostile archives on the platform too, naming file and fix", async () => {
  const good = (["cross", "ring"] as const).flatMap((name) =>
    Array.from({ length: 25 }, (_, at): [string, Uint8Array] => [`${name}/${at}.png`, drawShape(name, at)]),
  );
  const cut = drawShape("ring", 99).subarray(0, 300);
  // All its parts are there, and what they hold is no picture.
  const broken = Uint8Array.from(drawShape("ring", 99)).fill(0, 50, 300);
  const cases: [string, Uint8Array, string][] = [
    ["../climb.png", drawShape("ring", 99), "leaves its folder"],
    ["ring/bomb.png", new Uint8Array(8 * 1024 ** 2), "a hundred times its size"],
    ["ring/cut.png", cut, "ends before its image does"],
    ["ring/broken.png", broken, "does not decode"],
  ];
  for (const [path, bytes, why] of cases) {
    const { status, error, report } = await world.prepare(requester, await zipOf([...good, [path, bytes]]));
    expect([path, status, error?.code]).toEqual([path, "failed", "dataset-invalid"]);
    expect(error?.message).toContain(path);
    expect(error?.message).toContain(why);
    expect(error?.fix).not.toBe("");
    expect(report).toMatchObject({ ok: false, errors: 1 });
  }
});

/** The same pictures as train, val and test, a folder a class in each. */
function splitArchive(): Promise<Uint8Array> {
  const splitOf = (at: number) => (at < 12 ? "test" : at < 16 ? "val" : "train");
  const files = shapeClasses.flatMap((shape) =>
    Array.from({ length: 60 }, (_, at): [string, Uint8Array] => [
      `${splitOf(at)}/${shape}/${at}.png`,
      drawShape(shape, at),
    ]),
  );
  return zipOf(files);
}

it("opens an image job from the command line, with the classes and the test images that the archive names", async () => {
  const splits = join(world.dataDir, "splits.zip");
  await writeFile(splits, await splitArchive());
  const opened = await runCli<{ jobId: string; classes: string[] }>(world.local, roles.requester, [
    ...["job", "create-image", "--dataset", splits, "--reward", "0.5", "--yes"],
    ...training,
  ]);
  expect(opened.classes).toEqual(shapeClasses);
  jobId = opened.jobId;
  const { api } = await world.person(roles.stranger);
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
  const { local, chain } = world;
  const { escrow } = local;
  const guessing = await world.person(roles.firstContributor);
  const { api, wallet: contributor } = guessing;
  await guessing.send(encodeAcceptJob({ escrow, jobId: BigInt(jobId), delegate: zeroAddress, bondWei: 0n }));
  const modelCid = await world.uploadGuess(jobId, guessing);
  const submission = { jobId: BigInt(jobId), contributor, adapterCid: modelCid };
  const signature = await signSubmission(guessing.account, local.domain, submission);
  await expect(
    api.submitAdapter({ jobId, contributor, adapterCid: modelCid, signature }),
  ).rejects.toMatchObject({ code: "conflict" });
  const { submission: door } = kindOf("image-classification").trainer;
  await api.submitDelivery(door, { jobId, contributor, cid: modelCid, signature });

  await waitFor(
    "the slot to be rejected on chain",
    async () => (await getSlot(chain, { escrow, jobId: BigInt(jobId), contributor })).status === "rejected",
  );
  const [own] = await api.getVerification(jobId);
  const failed = own?.checks.find(({ verdict }) => verdict === "failed");
  expect(own?.checks.map(({ check, verdict }) => [check, verdict])).toEqual([
    ["sealed-to-slot", "passed"],
    ["onnx", "passed"],
    ["classes-and-size", "passed"],
    ["better-than-chance", "failed"],
  ]);
  expect(failed?.message).toMatch(/\d+ of 48 held-out images .* no better than chance: \d+ are asked/);
  expect(failed?.figure).toBeLessThan(failed?.threshold ?? 0);
  const reason = await new Response(await api.getContent(own?.reasonCid ?? "")).json();
  expect((reason as { checks: CheckResult[] }).checks).toContainEqual(failed);
});

/** As everybody must be able to read it, in both themes. */
async function expectAccessible({ page }: Visit): Promise<void> {
  await expectNoAxeViolations(page);
  await page.emulateMedia({ colorScheme: "dark" });
  await expectNoAxeViolations(page, { only: ["color-contrast"] });
  await page.emulateMedia({ colorScheme: "light" });
}

it("is requested on the site: the classes are read from the archive and confirmed, then one signature lists it", async () => {
  visit = await world.visit("/requester", { walletOf: roles.requester, colorScheme: "light" });
  const { page } = visit;
  await page.getByRole("button", { name: "Connect wallet" }).click();
  await page.getByRole("button", { name: /Your wallet/ }).waitFor();
  await page.getByLabel("What shall be trained?").selectOption("Image Classification");
  await page.getByText("Choose your images first.").waitFor();
  await page.locator("input[type=file]").setInputFiles(archive);
  await page.getByText("240 images in 4 classes").waitFor();
  for (const name of shapeClasses)
    expect(await page.getByRole("listitem").filter({ hasText: name }).textContent()).toBe(`${name}60`);
  await page.getByLabel("Epochs").fill("6");
  await page.getByLabel("Image size").selectOption("32");
  await page.getByLabel(/^Reward in POL/).fill("2");
  const upload = page.getByRole("button", { name: "Upload and prepare" });
  await page.getByText("Confirm the classes.").waitFor();
  expect(await upload.isDisabled()).toBe(true);
  await page.getByLabel(/the 4 classes I mean: cross, ring, square, stripes/).check();
  await expectAccessible(visit);
  await upload.click();
  await page.waitForURL("**/draft/*");
  await page.getByText("192 to train on, 48 hidden").waitFor();
  await page.getByRole("button", { name: "Stake and open the job" }).click();
  await page.waitForURL("**/job/*");
  await page.getByText("Waiting for contributors", { exact: true }).waitFor();
  await page.getByText("192 to train on, 48 hidden").waitFor();
  siteJobId = new URL(page.url()).pathname.split("/").at(-1) ?? "";
  const { items } = await requester.api.listJobs({ limit: 10 });
  expect(items.map((job) => job.jobId)).toContain(siteJobId);
});

it("is trained by an agent killed in every state, and its trainer too, judged on the held-out images, and paid to the wei", async () => {
  const wallet = roles.firstContributor + 1;
  const contributor = await world.person(wallet);
  const gained = await world.openLedger(contributor);
  await expectDeliveredOnceThroughKills(world.local, wallet, siteJobId, ["--device", "cpu"]);
  // A stake of 2 POL, less the fee of 5 %.
  expect((await gained()).contributor).toBe(parseEther("1.9"));
  const [own] = await contributor.api.getVerification(siteJobId);
  expect(own?.checks.map(({ check, verdict }) => `${check} ${verdict}`)).toEqual([
    "sealed-to-slot passed",
    "onnx passed",
    "classes-and-size passed",
    "better-than-chance passed",
  ]);
  const { page } = visit;
  await page.getByText("Completed", { exact: true }).waitFor();
  await page.getByText(/of 48 held-out images named rightly/).waitFor();
  await page.getByRole("table", { name: /Confusion matrix/ }).waitFor();
  const payouts = page.getByRole("table", { name: "Payouts" });
  expect(await payouts.getByText("1.9 POL").count()).toBe(1);
  await page.getByRole("table", { name: "Checks of the delivered work" }).waitFor();
  await expectAccessible(visit);
  expect(visit.complaints).toEqual([]);
});

it("is downloaded by its requester, and the receipt is found again in files, documents and chain", async () => {
  const folder = join(world.dataDir, "result");
  const run = (...args: string[]) => trainchain(world.local.apiUrl, roles.requester, args);
  expect((await run("job", "download", siteJobId, "--out", folder)).code).toBe(0);
  const receipt = imageReceiptSchema.parse(JSON.parse(await readFile(join(folder, "receipt.json"), "utf8")));
  const { holdoutRows, correct, chance } = receipt.result.evaluation;
  expect(holdoutRows).toBe(48);
  expect(correct).toBeGreaterThanOrEqual(chance.leastCorrect);

  const verified = await run("result", "verify", join(folder, "receipt.json"), "--api", world.local.apiUrl);
  const { findings = [] } = verified.document as { findings?: { outcome: string; what: string }[] };
  const named = (outcome: string) =>
    findings.filter((one) => one.outcome === outcome).map(({ what }) => what);
  expect(named("differs")).toEqual([]);
  expect(named("verified")).toEqual(
    expect.arrayContaining([
      "resultCid",
      "specCid",
      "classes",
      `modelSha256 against ${join(folder, "model.onnx")}`,
      "correct from the confusion",
      "leastCorrect",
      "resultCid on chain",
      "feeWei by the escrow's rule",
    ]),
  );
  expect(verified.code).toBe(0);

  const mergedFile = join(folder, "cut.onnx");
  await writeFile(mergedFile, (await readFile(join(folder, "model.onnx"))).subarray(1));
  const [differs] = (await verifyImageReceipt(receipt, { mergedFile, shards: [] })).filter(
    ({ outcome }) => outcome === "differs",
  );
  expect(differs?.what).toBe(`modelSha256 against ${mergedFile}`);
});
