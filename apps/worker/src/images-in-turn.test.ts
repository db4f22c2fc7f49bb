import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { findPreparation, listVerdicts } from "@trainchain/db/work";
import { modulesOfLlamaLike } from "@trainchain/lora";
import { roles, waitFor } from "@trainchain/testing";
import { drawShape, zipOf } from "@trainchain/testing/generated-images";
import { toyAdapter } from "@trainchain/testing/toy-adapters";
import { pack } from "tar-stream";
import { afterAll, beforeAll, expect, it } from "vitest";
import { rows, startWorld, type World } from "./test-world/start-world.ts";
import { notes, writeStubPython } from "./test-world/stub-python.ts";

/* Images and models that keep the evaluator busy: once they stopped all judging and preparing for as long as they liked. */

const [first, second, third] = [0, 1, 2].map((at) => roles.firstContributor + at) as [number, number, number];
const modelDir = fileURLToPath(new URL("../../../trainer/toy-model", import.meta.url));

let world: World;
let python: Awaited<ReturnType<typeof writeStubPython>>;
let dir: string;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "images-in-turn-"));
  [world, python] = await Promise.all([startWorld({ modelDir }), writeStubPython(dir)]);
  await world.startWorker({ TRAINCHAIN_ENV_DIR: python.dir });
});
afterAll(async () => {
  await world?.stop();
  await rm(dir, { recursive: true, force: true });
});

/** Images of two classes, with a note behind each. */
function archive(note = ""): Promise<Uint8Array> {
  const files = (["cross", "ring"] as const).flatMap((name) =>
    Array.from({ length: 25 }, (_, at): [string, Uint8Array] => [
      `${name}/${at}.png`,
      Buffer.concat([drawShape(name, at), Buffer.from(note)]),
    ]),
  );
  return zipOf(files);
}

async function imageJobFor(contributor: number): Promise<bigint> {
  const draftId = await world.requestImageJob(await archive());
  expect(await world.preparation(draftId)).toMatchObject({ status: "ready" });
  const jobId = await world.listJob(draftId, { kind: 1, maxContributors: 1 });
  await world.accept(jobId, contributor);
  return jobId;
}

async function deliverModel(jobId: bigint, contributor: number, text: string) {
  const tar = pack();
  tar.entry({ name: "model.onnx" }, text);
  tar.finalize();
  await world.deliver(jobId, contributor, 0, new Uint8Array(await buffer(tar)));
}

const find = (draftId: string) => findPreparation(world.connection.db, draftId);
const runsSince = async (start: number, run: string) =>
  (await python.runs()).slice(start).filter((one) => one === run).length;

it("a model that takes too long is refused after two runs, minutes apart", async () => {
  const jobId = await imageJobFor(first);
  const start = (await python.runs()).length;
  await deliverModel(jobId, first, notes.takesTooLong);
  const { sql, db } = world.connection;
  await waitFor("a run to count", async () => {
    const failed = await sql`select script from failed_runs where job_id = ${jobId.toString()}`;
    return failed.length === 1;
  });
  await sql`update failed_runs set failed_at = failed_at - interval '10 minutes' where job_id = ${jobId.toString()}`;
  await waitFor("the rejection", async () => (await world.slotStatus(jobId, first)) === "rejected");
  expect(await runsSince(start, "evaluate_image.py")).toBe(2);
  const [verdict] = await listVerdicts(db, { escrow: world.chain.escrow, jobId });
  const failed = verdict?.checks.find((check) => check.verdict === "failed");
  expect(failed).toMatchObject({
    check: "better-than-chance",
    message: expect.stringContaining("evaluate_image.py was ended by SIGXCPU"),
  });
});

it("one model is judged at a time, and adapters beside it", async () => {
  const [one, two] = [await imageJobFor(first), await imageJobFor(second)];
  const draftId = await world.requestJob(rows(60));
  expect(await world.preparation(draftId)).toMatchObject({ status: "ready" });
  const three = await world.listJob(draftId, { maxContributors: 1 });
  await world.accept(three, third);
  await python.setSlow(true);
  const start = (await python.runs()).length;
  await deliverModel(one, first, notes.takesLong);
  await deliverModel(two, second, notes.takesLong);
  await waitFor("a model to be judged", async () => (await runsSince(start, "evaluate_image.py")) > 0);
  const modules = modulesOfLlamaLike(JSON.parse(await readFile(join(modelDir, "config.json"), "utf8")));
  await world.deliver(three, third, 0, toyAdapter({ jobSeed: 7, rank: 4, noiseSeed: 1, modules }));
  await world.untilJob(three, "completed");
  expect(await runsSince(start, "evaluate_image.py")).toBe(1);
  await python.setSlow(false);
  await world.untilJob(one, "completed");
  await world.untilJob(two, "completed");
});

it("one archive is prepared at a time, and rows beside it", async () => {
  await python.setSlow(true);
  const start = (await python.runs()).length;
  const images = [await archive(notes.takesLong), await archive(notes.takesLong)];
  const drafts = await Promise.all(images.map((one) => world.requestImageJob(one)));
  await waitFor("an archive to be decoded", async () => (await runsSince(start, "check_images.py")) > 0);
  expect(await world.preparation(await world.requestJob(rows(60)))).toMatchObject({ status: "ready" });
  expect(await runsSince(start, "check_images.py")).toBe(1);
  await python.setSlow(false);
  for (const draft of drafts) expect(await world.preparation(draft)).toMatchObject({ status: "ready" });
});

it("an archive that ends the program that decodes it is refused after two tries, and not while that program ends anyway", async () => {
  await python.setDown(true);
  const start = (await python.runs()).length;
  const draftId = await world.requestImageJob(await archive(notes.takesTooLong));
  await waitFor("two tries", async () => (await runsSince(start, "check_images.py --known-good")) >= 2);
  expect(await find(draftId)).toMatchObject({ status: "preparing", error: null });
  await python.setDown(false);
  await waitFor("a try to count", async () => !!(await find(draftId))?.error);
  expect(await find(draftId)).toMatchObject({ status: "preparing" });
  const before = await runsSince(start, "check_images.py");
  const { sql } = world.connection;
  await sql`update preparations set updated_at = updated_at - interval '10 minutes' where draft_id = ${draftId}`;
  expect(await world.preparation(draftId)).toMatchObject({
    status: "failed",
    error: {
      code: "dataset-invalid",
      message: expect.stringContaining("take longer to decode than they may"),
    },
    report: { ok: false, images: 50 },
  });
  expect(await runsSince(start, "check_images.py")).toBe(before + 1);
});
