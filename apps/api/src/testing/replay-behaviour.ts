import { existsSync } from "node:fs";
import { join } from "node:path";
import { createApiClient } from "@trainchain/api-client";
import {
  blocks,
  connect,
  contributorSubmissions,
  jobs,
  llmFinetuneJobs,
  replays,
  slots,
  uploads,
  workerHeartbeats,
} from "@trainchain/db";
import { listBoundaries, listDueReplays } from "@trainchain/db/replays";
import { abilitiesHeader, type JobView } from "@trainchain/protocol";
import { createStorage, seal, unseal } from "@trainchain/storage";
import { startPinataServer } from "@trainchain/storage/test-servers";
import { eq } from "drizzle-orm";
import { createPublicClient, http } from "viem";
import { expect, it } from "vitest";
import { cleanUp } from "../clean-up.ts";
import { createAssertServing, hasRoomForAdapters } from "../monitoring/assert-serving.ts";
import { reservedBytes } from "../uploads/reserved-bytes.ts";
import {
  firstContributor,
  insertReplay,
  insertRunningJob,
  requester,
  secondContributor,
  specOf,
  stranger,
} from "./fixtures.ts";
import type { TestApi } from "./start-test-api.ts";
import { beginUpload, patch } from "./upload-behaviour.ts";

const path = ["a".repeat(64), "b".repeat(64)];

/** A job whose first contributor has delivered, and what was drawn of that. */
async function drawnJob(api: TestApi, changes: Parameters<typeof insertReplay>[2] = {}): Promise<bigint> {
  const { jobId } = await insertRunningJob(api);
  await api.db.update(slots).set({ status: "submitted" }).where(eq(slots.jobId, jobId));
  await insertReplay(api, jobId, changes);
  return jobId;
}

const sourceOf = (blob: Blob) => ({
  name: "boundary.age",
  sizeBytes: blob.size,
  slice: async (start: number, end: number) => blob.slice(start, end),
});

export function replayBehaviour(world: () => TestApi): void {
  it("a contributor hears what was drawn of its delivery, hands it over sealed, and hears that it is here", async () => {
    const api = world();
    const jobId = await drawnJob(api);
    const client = await api.client(firstContributor);
    const asked = await client.getReplay(jobId);
    expect(asked).toMatchObject({ segments: 4, drawn: [1], maxBytes: 66_537 });
    expect(asked?.boundaries.map(({ boundary, isHere }) => [boundary, isHere])).toEqual([
      [0, false],
      [1, false],
      [2, false],
      [4, false],
    ]);
    const recipients = asked?.boundaries.map(({ recipient }) => recipient) ?? [];
    expect(new Set(recipients).size).toBe(4);

    const state = new TextEncoder().encode("what training passed through");
    const sealed = await new Response(await seal(state, recipients[1]!)).blob();
    const cid = await client.uploadBoundary(jobId, sourceOf(sealed), { boundary: { number: 1, path } });
    const key = { escrow: api.escrow, jobId, contributor: api.wallet(firstContributor) };
    expect(await listBoundaries(api.db, key)).toMatchObject([{ boundary: 1, cid, path }]);
    const after = await client.getReplay(jobId);
    expect(after?.boundaries.filter(({ isHere }) => isHere)).toMatchObject([{ boundary: 1 }]);
    const context = `trainchain/1/boundary/80002/${api.escrow}/${jobId}/0/${key.contributor}/1`;
    const identity = await api.deps.keyRing.identityFor(context);
    const opened = await unseal(await api.deps.storage.get(cid ?? ""), identity);
    expect(await new Response(opened).text()).toBe("what training passed through");
  });

  it("an agent that keeps no states is told no needs of a job that asks for them, so that it takes no slot, and gets no data", async () => {
    const api = world();
    const { jobId, draftId } = await insertRunningJob(api);
    const spec = specOf(draftId, { replay: { segments: 4, boundaryBytes: 1_000 } });
    await api.db.update(llmFinetuneJobs).set({ spec }).where(eq(llmFinetuneJobs.draftId, draftId));
    const asked = async (headers: Record<string, string>, as?: number) => {
      const { body } = await api.call("GET", `/jobs/${jobId}`, { as, headers });
      const list = await api.call("GET", "/jobs?limit=100", { as, headers });
      const listed = (list.body as { items: JobView[] }).items.find((one) => one.jobId === `${jobId}`);
      expect(listed?.needs).toEqual((body as JobView).needs);
      return body as JobView;
    };
    const assignment = (headers: Record<string, string>) =>
      api.call("GET", `/jobs/${jobId}/assignment`, { as: firstContributor, headers });
    const others: Record<string, string>[] = [{}, { [abilitiesHeader]: "something else" }];
    for (const old of others) {
      expect(await asked(old, firstContributor)).toMatchObject({ asks: ["replay"], needs: null });
      expect(await assignment(old)).toMatchObject({
        status: 409,
        body: { error: { code: "conflict", message: expect.stringContaining('asks for "replay"') } },
      });
    }
    const able = { [abilitiesHeader]: "something new,replay" };
    expect((await asked(able, firstContributor)).needs).not.toBeNull();
    expect((await assignment(able)).status).toBe(200);
    // Whoever only looks works in vain on nothing.
    expect((await asked({})).needs).not.toBeNull();
    expect((await (await api.client(firstContributor)).getJob(jobId)).needs).not.toBeNull();
  });

  it("a platform whose worker does no training again says so before anything is uploaded, and takes no request for it", async () => {
    const api = world();
    const says = (replays: boolean) =>
      api.db
        .insert(workerHeartbeats)
        .values({ instance: "worker", seenAt: new Date(), replays })
        .onConflictDoUpdate({ target: workerHeartbeats.instance, set: { replays } });
    const request = { uploadId: "0123456789abcdef", model: "toy", contributors: 1, rewardWei: "1000" };
    const asked = () =>
      api.call("POST", "/jobs/llm-finetune", {
        as: requester,
        json: { ...request, description: "Prove it", proof: "replay" },
      });
    const client = await api.client(requester);
    expect((await client.getConfig()).replays).toBe(true);
    await says(false);
    expect((await client.getConfig()).replays).toBe(false);
    expect(await asked()).toMatchObject({
      status: 400,
      body: { error: { code: "invalid-input", message: expect.stringMatching(/^proof: /) } },
    });
    await says(true);
    // There is no such upload, which is looked for only now.
    expect(await asked()).toMatchObject({ status: 404 });
    await api.db.delete(workerHeartbeats);
  });

  it("what a platform is can be asked while its database is away, with what was last known of its worker", async () => {
    const api = world();
    const connection = connect(api.databaseUrl);
    const at = await api.serveWith({ connection });
    const config = async () => (await api.call("GET", "/config", { at })).body;
    await api.db.insert(workerHeartbeats).values({ instance: "worker", seenAt: new Date(), replays: false });
    expect(await config()).toMatchObject({ replays: false });
    await connection.close();
    expect(await config()).toMatchObject({ replays: false, escrow: api.escrow });
    const atOther = await api.serveWith({ connection });
    expect((await api.call("GET", "/config", { at: atOther })).body).toMatchObject({ replays: true });
    await api.db.delete(workerHeartbeats);
  });

  it("nobody hears of another's draw, and a slot of which nothing was drawn hears of none", async () => {
    const api = world();
    const jobId = await drawnJob(api);
    expect(await (await api.client(secondContributor)).getReplay(jobId)).toBeNull();
    for (const as of [requester, stranger])
      expect((await api.call("GET", `/jobs/${jobId}/replay`, { as })).status).toBe(404);
    expect((await api.call("GET", "/jobs/first/replay", { as: stranger })).status).toBe(400);
  });

  it("what is not asked for, of another job or over already is not taken; neither is more than it may have", async () => {
    const api = world();
    const jobId = await drawnJob(api);
    const begin = async (fields: Parameters<typeof beginUpload>[2], as = firstContributor, of = jobId) =>
      (await beginUpload(api, as, { purpose: "boundary", jobId: `${of}`, ...fields })).status;
    expect(await begin({ boundary: "1" })).toBe(201);
    expect(await begin({ boundary: "1", path: path.join(",") })).toBe(201);
    expect(await begin({ boundary: "3" })).toBe(404);
    expect(await begin({ boundary: "1" }, secondContributor)).toBe(404);
    expect(await begin({})).toBe(400);
    expect(await begin({ boundary: "-1" })).toBe(400);
    expect(await begin({ boundary: "1", path: "no hash" })).toBe(400);
    expect(await begin({ boundary: "1", length: "66538" })).toBe(413);
    const check = { check: "replay", verdict: "passed" as const, figure: 0, threshold: 0, message: "" };
    expect(await begin({ boundary: "1" }, firstContributor, await drawnJob(api, { check }))).toBe(404);
    await api.db.update(jobs).set({ status: "completed", closedAt: new Date() }).where(eq(jobs.jobId, jobId));
    expect(await begin({ boundary: "1" })).toBe(404);
  });

  it("a boundary may come again where it arrived badly, and not without end", async () => {
    const api = world();
    const jobId = await drawnJob(api);
    const client = await api.client(firstContributor);
    const send = () =>
      client.uploadBoundary(jobId, sourceOf(new Blob(["sealed"])), { boundary: { number: 4, path: [] } });
    expect(await send()).toMatch(/^bafkrei/);
    expect(await send()).toMatch(/^bafkrei/);
    // Many at once are counted as well.
    const begun = await Promise.allSettled(Array.from({ length: 20 }, send));
    expect(begun.filter(({ status }) => status === "fulfilled")).toHaveLength(8);
    await expect(send()).rejects.toMatchObject({ code: "conflict" });
  });

  it("of a boundary that came again the newest copy is kept, and no other, unless something else needs its content", async () => {
    const api = world();
    const jobId = await drawnJob(api);
    const client = await api.client(firstContributor);
    const send = async (number: number, text: string) =>
      (await client.uploadBoundary(jobId, sourceOf(new Blob([`${text} of ${jobId}`])), {
        boundary: { number, path: [] },
      })) ?? "";
    const other = await send(1, "two states alike");
    const copies = [await send(0, "two states alike"), await send(0, "second"), await send(0, "third")];
    expect(copies[0]).toBe(other);
    const { storage } = api.deps;
    expect(await Promise.all(copies.map((cid) => storage.has(cid)))).toEqual([true, false, true]);
    const key = { escrow: api.escrow, jobId, contributor: api.wallet(firstContributor) };
    const handed = await listBoundaries(api.db, key);
    expect(handed.map(({ boundary, cid }) => [boundary, cid])).toEqual([
      [1, other],
      [0, null],
      [0, null],
      [0, copies[2]],
    ]);
    // What is counted is not to be deleted.
    for (const { id } of handed) await api.call("DELETE", `/uploads/${id}`, { as: firstContributor });
    expect(await listBoundaries(api.db, key)).toHaveLength(4);
    expect((await client.getReplay(jobId))?.boundaries.filter(({ isHere }) => isHere)).toHaveLength(2);
  });

  it("a platform whose disk has no room for what is to be handed over, or whose store or node does not answer, does not say that it works", async () => {
    const { deps } = world();
    await createAssertServing(deps)();
    const floors = (boundary: number) => ({
      ...deps,
      limits: { ...deps.limits, minFreeBytes: { dataset: 1e18, adapter: 1e18, boundary } },
    });
    // Without room for adapters there is still some for states, so that their time goes on.
    await createAssertServing(floors(0))();
    expect(await hasRoomForAdapters(floors(0))).toBe(false);
    expect(await hasRoomForAdapters(deps)).toBe(true);
    // One that would be answered 507 for its size is not taken either.
    const large = { ...deps, limits: { ...deps.limits, adapterBytes: 1e15 } };
    expect(await hasRoomForAdapters(large)).toBe(false);
    await expect(createAssertServing(floors(1e18))()).rejects.toMatchObject({ code: "disk-full" });
    const chain = createPublicClient({ transport: http("http://127.0.0.1:9", { retryCount: 0 }) });
    await expect(createAssertServing({ ...deps, chain })()).rejects.toThrow();
    const pinata = await startPinataServer();
    const { url, jwt } = pinata;
    const at = { jwt, apiUrl: url, uploadUrl: url, gatewayUrl: url, retries: 0 };
    const storage = createStorage({ backend: "pinata", ...at });
    await createAssertServing({ ...deps, storage })();
    await pinata.close();
    await expect(createAssertServing({ ...deps, storage })()).rejects.toMatchObject({
      code: "storage-unavailable",
    });
  });

  it("a draw is due once all that it asks for is here, or its time is over, and never once it is judged", async () => {
    const api = world();
    const jobId = await drawnJob(api, { asked: [0, 1] });
    const client = createApiClient({ baseUrl: api.baseUrl, token: await api.tokenOf(firstContributor) });
    const contributor = api.wallet(firstContributor);
    await api.db.execute(
      `insert into contributor_submissions (escrow, job_id, contributor, adapter_cid, submitted_at, status, transaction_hash)
       select escrow, job_id, contributor, adapter_cid, now(), 'submitted', '0x' from replays where job_id = ${jobId}`,
    );
    const isDue = async (chainTime = new Date()) =>
      (await listDueReplays(api.db, { escrow: api.escrow, aggregator: api.wallet(1), chainTime })).some(
        (due) => due.jobId === jobId && due.contributor === contributor,
      );
    const send = (number: number) =>
      client.uploadBoundary(jobId, sourceOf(new Blob(["sealed"])), { boundary: { number, path: [] } });
    await send(0);
    await send(0);
    expect(await isDue()).toBe(false);
    expect(await isDue(new Date(Date.now() + 7_200_000))).toBe(true);
    await send(1);
    expect(await isDue()).toBe(true);
    const check = { check: "replay", verdict: "passed" as const, figure: 0, threshold: 0, message: "" };
    await api.db.update(replays).set({ check }).where(eq(replays.jobId, jobId));
    expect(await isDue()).toBe(false);
  });

  it("the disk's very last room is for the states of drawn trainings", async () => {
    const api = world();
    const jobId = await drawnJob(api);
    const full = Number.MAX_SAFE_INTEGER;
    const minFreeBytes = { dataset: full, adapter: full, boundary: 1 };
    const at = await api.serveWith({ limits: { ...api.deps.limits, minFreeBytes } });
    const awaited = await insertRunningJob(api);
    const adapter = { purpose: "adapter", jobId: `${awaited.jobId}` };
    expect((await beginUpload(api, firstContributor, adapter, at)).status).toBe(507);
    const state = { purpose: "boundary", jobId: `${jobId}`, boundary: "1" };
    const { id, status } = await beginUpload(api, firstContributor, state, at);
    expect(status).toBe(201);
    const piece = { at, as: firstContributor, headers: patch(0), body: "0123456789" };
    expect((await api.call("PATCH", `/uploads/${id}`, piece)).status).toBe(204);
  });

  it("what is drawn of trainings, or may be, keeps its room from datasets and adapters until it is judged", async () => {
    const api = world();
    const tooMuch = 1e14;
    const dataset = async () => (await beginUpload(api, requester)).status;
    expect(await dataset()).toBe(201);
    const jobId = await drawnJob(api, { boundaryBytes: tooMuch });
    const adapter = { purpose: "adapter", jobId: `${(await insertRunningJob(api)).jobId}` };
    const taken = async () => [await dataset(), (await beginUpload(api, firstContributor, adapter)).status];
    expect(await taken()).toEqual([507, 507]);
    const check = { check: "replay", verdict: "passed" as const, figure: 0, threshold: 0, message: "" };
    await api.db.update(replays).set({ check }).where(eq(replays.jobId, jobId));
    expect(await taken()).toEqual([201, 201]);
    const open = await insertRunningJob(api);
    const spec = specOf(open.draftId, { replay: { segments: 4, boundaryBytes: tooMuch } });
    await api.db.update(llmFinetuneJobs).set({ spec }).where(eq(llmFinetuneJobs.draftId, open.draftId));
    expect(await taken()).toEqual([507, 507]);
    await api.db.update(jobs).set({ status: "completed" }).where(eq(jobs.jobId, open.jobId));
    expect(await taken()).toEqual([201, 201]);
  });

  it("what is asked for late in the review keeps no adapter out, and still leaves room for one training's states", async () => {
    const api = world();
    const drawnAt = new Date();
    const jobId = await drawnJob(api, { boundaryBytes: 1e14, drawnAt });
    const { escrow } = api;
    const contributor = api.wallet(firstContributor);
    const reserved = () => reservedBytes(api.deps);
    const { reviewPeriodSeconds } = (await api.db.select().from(jobs).where(eq(jobs.jobId, jobId)))[0]!;
    const submittedAt = (share: number) => new Date(drawnAt.getTime() - 1_000 * share * reviewPeriodSeconds);
    await api.db.insert(contributorSubmissions).values({
      ...{ escrow, jobId, contributor, adapterCid: "bafkrei", status: "submitted", transactionHash: "0x" },
      submittedAt: submittedAt(0.49),
    });
    expect(await reserved()).toBeGreaterThanOrEqual((4 + 1) * 1e14);
    await api.db
      .update(contributorSubmissions)
      .set({ submittedAt: submittedAt(0.5) })
      .where(eq(contributorSubmissions.jobId, jobId));
    expect(await reserved()).toBeLessThan(4.1 * 1e14);
    await api.db.delete(contributorSubmissions).where(eq(contributorSubmissions.jobId, jobId));
    await api.db.update(jobs).set({ status: "completed", closedAt: drawnAt }).where(eq(jobs.jobId, jobId));
  });

  it("a delivery's states lie here once, and one of them twice, whole or begun: for more the oldest begun one ends", async () => {
    const api = world();
    const jobId = await drawnJob(api, { asked: [0, 1] });
    const lies = (id: string) => existsSync(join(api.deps.uploads.dir, id));
    const begin = (boundary: string) =>
      beginUpload(api, firstContributor, {
        ...{ purpose: "boundary", jobId: `${jobId}`, boundary, length: "60000" },
      });
    const [first, second, third] = [await begin("1"), await begin("1"), await begin("1")];
    expect([first.status, second.status, third.status]).toEqual([201, 201, 201]);
    expect([lies(first.id), lies(second.id), lies(third.id)]).toEqual([true, true, true]);
    const fourth = await begin("1");
    expect(fourth.status).toBe(201);
    expect([lies(first.id), lies(second.id), lies(third.id), lies(fourth.id)]).toEqual([
      ...[false, true, true, true],
    ]);
    expect((await begin("0")).status).toBe(201);
    expect([lies(second.id), lies(third.id), lies(fourth.id)]).toEqual([false, true, true]);
  });

  it("boundaries end as soon as what they were asked for is judged", async () => {
    const api = world();
    const jobId = await drawnJob(api);
    const client = await api.client(firstContributor);
    const bytes = new Blob([`sealed for ${jobId}, and judged`]);
    const cid = await client.uploadBoundary(jobId, sourceOf(bytes), { boundary: { number: 0, path: [] } });
    await beginUpload(api, firstContributor, { purpose: "boundary", jobId: `${jobId}`, boundary: "1" });
    const block = { number: 10n ** 9n, hash: "0x1", parentHash: "0x0", minedAt: new Date() };
    await api.db.insert(blocks).values(block);
    await cleanUp(api.deps);
    expect(await api.deps.storage.has(cid ?? "")).toBe(true);
    const check = { check: "replay", verdict: "failed" as const, figure: 0, threshold: 0, message: "" };
    await api.db.update(replays).set({ check }).where(eq(replays.jobId, jobId));
    await cleanUp(api.deps);
    await api.db.delete(blocks).where(eq(blocks.number, block.number));
    expect(await api.deps.storage.has(cid ?? "")).toBe(false);
    const key = { escrow: api.escrow, jobId, contributor: api.wallet(firstContributor) };
    expect(await listBoundaries(api.db, key)).toEqual([]);
  });

  it("boundaries stay while their job is open, and end a while after it", async () => {
    const api = world();
    const jobId = await drawnJob(api);
    const client = await api.client(firstContributor);
    const bytes = new Blob([`sealed for ${jobId}`]);
    const cid = await client.uploadBoundary(jobId, sourceOf(bytes), { boundary: { number: 0, path: [] } });
    const longAgo = new Date(Date.now() - 3_600_000);
    await api.db
      .update(uploads)
      .set({ finishedAt: longAgo })
      .where(eq(uploads.cid, cid ?? ""));
    // No other slot lets this contributor deliver anything any more.
    await api.db
      .update(slots)
      .set({ status: "released" })
      .where(eq(slots.contributor, api.wallet(firstContributor)));
    const hurried = { ...api.deps, platform: { ...api.deps.platform, unpaidMs: 1_800_000 } };
    const block = { number: 10n ** 9n, hash: "0x1", parentHash: "0x0", minedAt: new Date() };
    await api.db.insert(blocks).values(block);
    await cleanUp(hurried);
    expect(await api.deps.storage.has(cid ?? "")).toBe(true);
    await api.db.update(jobs).set({ status: "completed", closedAt: longAgo }).where(eq(jobs.jobId, jobId));
    await cleanUp(hurried);
    await api.db.delete(blocks).where(eq(blocks.number, block.number));
    expect(await api.deps.storage.has(cid ?? "")).toBe(false);
  });
}
