import { llmFinetuneJobs, preparations } from "@trainchain/db";
import { createDraft } from "@trainchain/db/market";
import { type ImageJobSpec, imageJobSpecSchema, type JobKind } from "@trainchain/protocol";
import { expect, it } from "vitest";
import {
  cidOf,
  firstContributor,
  insertJob,
  insertRunningJob,
  insertSlot,
  requester,
  stranger,
} from "../../../testing/fixtures.ts";
import { signedSubmission } from "../../../testing/messages.ts";
import type { TestApi } from "../../../testing/start-test-api.ts";
import { beginUpload } from "../../../testing/upload-behaviour.ts";

const shard = { slot: 0, rows: 80, sizeBytes: 9_000, sha256: "0".repeat(64) };

const specOf = (draftId: string): ImageJobSpec =>
  imageJobSpecSchema.parse({
    version: 1,
    kind: "image-classification",
    draftId,
    description: "Cats from dogs",
    model: { id: "yolov8n-cls", revision: "v8.4.0" },
    training: { epochs: 10, imgsz: 224, seed: 7 },
    classes: ["cat", "dog"],
    exportFormat: "pt",
    dataset: { format: "zip", rows: 100, holdoutRows: 20, shardRows: [80], shardsSha256: "a".repeat(64) },
  });

/** An image job as API, worker and indexer leave it when its slot is accepted. */
async function insertImageJob(api: TestApi, draftId: string, changes: { kind?: JobKind } = {}) {
  const { db } = api;
  const specCid = await cidOf(`spec ${draftId}`);
  const request = { uploadId: "0123456789abcdef", rewardWei: "1000", seed: 7 };
  const kind: JobKind = "image-classification";
  const draft = { id: draftId, kind, uploadId: request.uploadId, request };
  await createDraft(db, { ...draft, requester: api.wallet(requester), createdAt: new Date() });
  await db.insert(preparations).values({ draftId, status: "ready" });
  await db.insert(llmFinetuneJobs).values({
    draftId,
    specCid,
    spec: specOf(draftId),
    modelName: "yolov8n-cls",
    modelRevision: "v8.4.0",
    contributors: 1,
    datasetFormat: "zip",
    rows: 100,
    holdoutRows: 20,
    holdoutCid: await cidOf(`holdout ${draftId}`),
    shardAssignments: [{ ...shard, cid: await cidOf(`shard ${draftId}`) }],
  });
  const terms = { kind, minContributors: 1, maxContributors: 1, ...changes };
  const jobId = await insertJob(api, { specCid, slotsTaken: 1, ...terms });
  await insertSlot(api, jobId, firstContributor);
  return jobId;
}

export function imageBehaviour(world: () => TestApi): void {
  it("an image request becomes a draft of one slot, with its seed decided", async () => {
    const api = world();
    const client = await api.client(requester);
    const upload = await client.createUpload(new File(["PK"], "images.zip"));
    const request = { uploadId: upload.id, classes: ["dog", "cat"], rewardWei: "1000" };
    const draft = await client.requestJob("image-classification", request);
    expect(draft).toMatchObject({ kind: "image-classification", status: "preparing", stakeWei: "1000" });
    const again = await api.call("POST", "/jobs/image-classification", { as: requester, json: request });
    expect(again.status).toBe(409);
  });

  it("an image request is refused for another's upload, an unfinished one, or what no job may ask", async () => {
    const api = world();
    const { id } = await beginUpload(api, requester);
    const ask = (changes: Record<string, unknown>, as = requester) =>
      api.call("POST", "/jobs/image-classification", {
        as,
        json: { uploadId: id, rewardWei: "1000", ...changes },
      });
    expect(await ask({})).toMatchObject({ status: 409, body: { error: { code: "not-ready" } } });
    expect((await ask({}, stranger)).status).toBe(404);
    const impossible = [
      { rewardWei: "1" },
      { imgsz: 50 },
      { imgsz: 4096 },
      { epochs: 0 },
      { model: "yolov8n" },
      { model: "/etc/passwd" },
      { exportFormat: "tflite" },
      { classes: ["one"] },
      { classes: ["a,b", "c"] },
      { classes: ["../up", "c"] },
    ];
    for (const changes of impossible) expect((await ask(changes)).status, JSON.stringify(changes)).toBe(400);
  });

  it("an image job's terms are of its kind and of one slot; its page shows classes, size and needs", async () => {
    const api = world();
    const jobId = await insertImageJob(api, "image-draft-1");
    const client = await api.client(requester);
    expect(await client.getJob(jobId)).toMatchObject({
      spec: { kind: "image-classification", imgsz: 224, classes: ["cat", "dog"], shardRows: [80] },
      needs: { gpu: { vramGb: 4, ramGb: 8, diskGb: 10 }, cpu: { ramGb: 8, diskGb: 10, cores: 4 } },
    });
    expect((await client.getDraft("image-draft-1")).terms).toMatchObject({
      kind: 1,
      minContributors: 1,
      maxContributors: 1,
    });
    const assignment = await (await api.client(firstContributor)).getAssignment(jobId);
    expect(assignment).toMatchObject({ spec: { kind: "image-classification" }, shard: { rows: 80 } });
  });

  it("a job signed as another kind than it was prepared for is not served", async () => {
    const api = world();
    const jobId = await insertImageJob(api, "image-draft-2", { kind: "llm-finetune" });
    expect((await (await api.client(requester)).getJob(jobId)).spec).toBeNull();
    expect((await api.call("GET", `/jobs/${jobId}/assignment`, { as: firstContributor })).status).toBe(404);
  });

  it("a model is handed in by the slot's signature, at its own door and for its own kind of job", async () => {
    const api = world();
    const jobId = await insertImageJob(api, "image-draft-3");
    const as = firstContributor;
    const { json } = await signedSubmission(api, jobId);
    const { adapterCid: modelCid, ...common } = json;
    const complete = (changes: object, caller: number = as) =>
      api.call("POST", "/jobs/complete", { as: caller, json: { ...common, modelCid, ...changes } });
    expect((await api.call("POST", "/jobs/submit-adapter", { as, json })).status).toBe(409);
    expect((await complete({}, stranger)).status).toBe(403);
    expect((await complete({ jobId: "999999" })).status).toBe(404);
    expect((await complete({ modelCid: await cidOf("another model") })).status).toBe(401);
    expect(await complete({})).toMatchObject({ status: 202, body: { status: "relaying" } });

    const llm = await insertRunningJob(api);
    const other = (await signedSubmission(api, llm.jobId)).json;
    expect((await complete({ ...other, modelCid: other.adapterCid })).status).toBe(409);
  });
}
