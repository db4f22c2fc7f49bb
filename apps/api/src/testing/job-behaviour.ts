import { join } from "node:path";
import { contributorSubmissions, jobs, llmFinetuneJobs, slots } from "@trainchain/db";
import { type JobStatus, resultContext, truncateAddress } from "@trainchain/protocol";
import { createLocalStorage, seal } from "@trainchain/storage";
import { and, eq } from "drizzle-orm";
import { expect, it } from "vitest";
import {
  cidOf,
  firstContributor,
  insertAggregation,
  insertDraft,
  insertEvent,
  insertJob,
  insertRunningJob,
  insertSlot,
  insertSubmission,
  insertVerification,
  requester,
  secondContributor,
  storeAdapter,
  storeContent,
  stranger,
} from "./fixtures.ts";
import { signedSubmission } from "./messages.ts";
import type { TestApi } from "./start-test-api.ts";

async function close(api: TestApi, jobId: bigint, status: JobStatus = "completed"): Promise<void> {
  await api.db
    .update(jobs)
    .set({ status, closedAt: new Date(), refundWei: 0n, feeWei: 0n })
    .where(eq(jobs.jobId, jobId));
}

async function aggregated(api: TestApi, jobId: bigint, specCid: string) {
  const { bundleCid } = await insertAggregation(api, { jobId, specCid });
  return { bundleCid, resultCid: await cidOf(`result ${jobId}`) };
}

export function jobBehaviour(world: () => TestApi): void {
  it("a job shows its terms, its share a contributor, its needs and what happens next", async () => {
    const api = world();
    const client = await api.client(stranger);
    const { jobId } = await insertRunningJob(api, { stakeWei: 1_001n, feeBps: 100 });
    const job = await client.getJob(jobId);
    expect(job).toMatchObject({
      status: "open",
      stakeWei: "1001",
      feeWei: "10",
      shareWei: "495",
      requester: api.wallet(requester),
      spec: { model: { id: "toy" }, shardRows: [45, 45], memory: { gpuGb: 0, cpuGb: 1 } },
      needs: { cpu: { cores: 1 } },
      nextStep: { text: "Training goes on: 0 delivered, 2 training, of 2.", until: expect.any(String) },
    });
    expect(job.slots.map(({ contributor }) => contributor)).toEqual(
      [firstContributor, secondContributor].map((index) => truncateAddress(api.wallet(index))),
    );
    expect(JSON.stringify(job)).not.toContain(api.wallet(firstContributor));
  });

  it("jobs are listed by status and kind, page by page, each once", async () => {
    const api = world();
    const client = await api.client(stranger);
    const createdAt = new Date("2030-01-01T00:00:00Z");
    const added: string[] = [];
    for (let count = 0; count < 5; count++) {
      added.push(
        (await insertJob(api, { createdAt, status: "expired", kind: "image-classification" })).toString(),
      );
    }
    const seen: string[] = [];
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const page = await client.listJobs({
        limit: 2,
        cursor,
        status: "expired",
        kind: "image-classification",
      });
      seen.push(...page.items.map(({ jobId }) => jobId));
      cursor = page.nextCursor;
    }
    expect(seen).toEqual(added.reverse());
    expect((await api.call("GET", "/jobs?status=paid")).status).toBe(400);
    expect((await api.call("GET", "/jobs?limit=101")).status).toBe(400);
    expect((await api.call("GET", "/jobs?cursor=W10")).status).toBe(400);
  });

  it("a job of a kind that nobody here knows is listed by its number, and passed over by whoever reads the list", async () => {
    const api = world();
    const owner = stranger;
    const createdAt = new Date("2040-01-01T00:00:00Z");
    const jobId = await insertJob(api, { kind: "kind-200", requester: api.wallet(owner), createdAt });
    await insertSlot(api, jobId, firstContributor);
    expect((await api.call("GET", `/jobs/${jobId}`)).body).toMatchObject({ kind: "kind-200", spec: null });
    const client = await api.client(owner);
    expect(await client.listJobs({ limit: 1 })).toMatchObject({ items: [], unknown: 1 });
    expect(await client.listMyRequests({ limit: 1 })).toMatchObject({ items: [], unknown: 1 });
    await expect(client.getJob(jobId)).rejects.toMatchObject({
      code: "conflict",
      message: `job ${jobId} is of a kind this version does not know`,
    });
    const { json } = await signedSubmission(api, jobId);
    const handedIn = await api.call("POST", "/jobs/submit-adapter", { as: firstContributor, json });
    expect(handedIn).toMatchObject({ status: 409, body: { error: { code: "conflict" } } });
  });

  it("a predecessor's job of the same number is another job", async () => {
    const api = world();
    const escrow = `0x${"ab".repeat(20)}`;
    const jobId = await insertJob(api);
    await insertJob(api, { jobId, escrow, status: "completed", aggregator: escrow, acceptBy: null });
    const client = await api.client(stranger);
    expect((await client.getJob(jobId)).status).toBe("open");
    expect(await client.getJob(jobId, { escrow })).toMatchObject({ status: "completed", escrow, spec: null });
  });

  it("a job is ended early with its minimum, once nobody trains, and not again; what waits for more is not", async () => {
    const api = world();
    const waiting = await insertJob(api, { minContributors: 1 });
    const { jobId: running } = await insertRunningJob(api, { minContributors: 1 });
    const finish = async (jobId: bigint | string) =>
      (await api.call("POST", `/jobs/${jobId}/finish`, { as: requester })).status;
    expect(await finish("first")).toBe(400);
    expect(await finish(waiting)).toBe(409);
    expect(await finish(running)).toBe(409);
    await insertSlot(api, waiting, firstContributor, { status: "submitted" });
    expect([await finish(waiting), await finish(waiting)]).toEqual([202, 202]);
    expect(await (await api.client(stranger)).getJob(waiting)).toMatchObject({
      finishesEarly: true,
      nextStep: { text: expect.stringContaining("verified, merged") },
    });
    await close(api, waiting, "completed");
    const over = await insertJob(api, { minContributors: 1, status: "completed", closedAt: new Date() });
    expect(await finish(over)).toBe(409);
  });

  it("unknown jobs are not found, and what is no job number is refused", async () => {
    const api = world();
    for (const path of ["", "/timeline", "/receipt", "/events"]) {
      expect((await api.call("GET", `/jobs/999999${path}`)).status).toBe(404);
      expect((await api.call("GET", `/jobs/first${path}`)).status).toBe(400);
    }
    for (const path of ["assignment", "verification", "curves", "result"]) {
      const as = requester;
      expect((await api.call("GET", `/jobs/999999/${path}`, { as })).status).toBe(404);
      expect((await api.call("GET", `/jobs/first/${path}`, { as })).status).toBe(400);
    }
  });

  it("the timeline tells the chain's events in order, with wallets truncated", async () => {
    const api = world();
    const { jobId } = await insertRunningJob(api);
    const contributor = api.wallet(firstContributor);
    await insertEvent(api, jobId, "JobCreated", { stakeWei: "1000", terms: { kind: 0 } });
    await insertEvent(api, jobId, "JobAccepted", { contributor, slot: 0, delegate: api.wallet(7) });
    await insertEvent(api, jobId, "AdapterSubmitted", { contributor, adapterCid: "bafy" });
    const client = await api.client(stranger);
    const first = await client.getTimeline(jobId, { limit: 2 });
    const second = await client.getTimeline(jobId, { limit: 2, cursor: first.nextCursor ?? undefined });
    const events = [...first.items, ...second.items];
    expect(events.map(({ event }) => event)).toEqual(["JobCreated", "JobAccepted", "AdapterSubmitted"]);
    expect(events[1]).toMatchObject({
      contributor: truncateAddress(contributor),
      details: { slot: 0, delegate: truncateAddress(api.wallet(7)) },
    });
    expect(second.nextCursor).toBeNull();
    expect(JSON.stringify(events)).not.toContain(contributor);
    expect((await api.call("GET", `/jobs/${jobId}/timeline?cursor=x`)).status).toBe(400);
  });

  it("the requester sees every verdict, a contributor its own, everybody else none", async () => {
    const api = world();
    const { jobId } = await insertRunningJob(api);
    await insertVerification(api, jobId, firstContributor);
    await insertVerification(api, jobId, secondContributor);
    expect(await (await api.client(requester)).getVerification(jobId)).toHaveLength(2);
    const own = await (await api.client(firstContributor)).getVerification(jobId);
    expect(own).toMatchObject([{ yours: true, verdict: "accepted", checks: [{ check: "norm" }] }]);
    expect((await api.call("GET", `/jobs/${jobId}/verification`, { as: stranger })).status).toBe(404);
  });

  it("a closed job has a receipt with what the chain paid; an open one or one without a result has none", async () => {
    const api = world();
    const job = await insertRunningJob(api);
    const { jobId } = job;
    expect((await api.call("GET", `/jobs/${jobId}/receipt`)).status).toBe(409);
    const expired = await insertJob(api, { status: "expired" });
    expect((await api.call("GET", `/jobs/${expired}/receipt`)).status).toBe(404);

    await insertAggregation(api, job);
    const contributor = api.wallet(firstContributor);
    await insertEvent(api, jobId, "JobCompleted", { contributor, amountWei: "500" });
    await insertEvent(api, jobId, "JobClosed", { status: 2, refundWei: "0", feeWei: "0" });
    await close(api, jobId);
    const receipt = await (await api.client(stranger)).getReceipt(jobId);
    expect(receipt).toMatchObject({
      platform: api.deps.platform.publicUrl,
      shards: [expect.stringMatching(/^baf/), expect.stringMatching(/^baf/)],
      status: "completed",
      stakeWei: "1000",
      payouts: [{ contributor, amountWei: "500" }],
      transactions: [{ event: "JobCompleted" }, { event: "JobClosed" }],
    });
  });

  it("a job that was settled shows the result that it was merged into, which the chain has not heard of", async () => {
    const api = world();
    const [merged, unmerged] = [await insertRunningJob(api), await insertRunningJob(api)];
    await insertAggregation(api, merged);
    const resultOf = async ({ jobId }: { jobId: bigint }) =>
      (await api.call("GET", `/jobs/${jobId}`)).body.resultCid;
    expect(await resultOf(merged)).toBeNull();
    for (const { jobId } of [merged, unmerged]) await close(api, jobId, "settled");
    const { resultCid } = await (await api.client(stranger)).getReceipt(merged.jobId);
    expect([await resultOf(merged), await resultOf(unmerged)]).toEqual([resultCid, null]);
    const { items } = (await api.call("GET", "/jobs?status=settled")).body;
    expect(items).toContainEqual(expect.objectContaining({ jobId: `${merged.jobId}`, resultCid }));
  });

  it("the result is unsealed for the requester alone, and only once the job is paid", async () => {
    const api = world();
    const job = await insertRunningJob(api);
    const { jobId } = job;
    const context = resultContext({ chainId: 80_002, contract: api.escrow, jobId });
    const bundle = new TextEncoder().encode("a tar archive".repeat(10_000));
    const sealed = await seal(bundle, await api.deps.keyRing.recipientFor(context));
    const { cid } = await api.deps.storage.put(sealed);
    await insertAggregation(api, job, cid);
    const path = `/jobs/${jobId}/result`;
    expect((await api.call("GET", path, { as: requester })).status).toBe(409);
    await close(api, jobId);
    expect((await api.call("GET", path, { as: firstContributor })).status).toBe(404);
    expect((await api.call("GET", path)).status).toBe(401);
    const answer = await api.call("GET", path, { as: requester });
    expect(answer.headers.get("content-type")).toBe("application/x-tar");
    const stream = await (await api.client(requester)).downloadResult(jobId);
    expect(await new Response(stream).text()).toBe("a tar archive".repeat(10_000));
  });

  it("a job of a contract where the platform stood before is never taken for the one of the same number here", async () => {
    const api = world();
    const earlier = { ...api, escrow: `0x${"e7".repeat(20)}` as const };
    const { jobId, specCid } = await insertRunningJob(api);
    const ended = { status: "completed" as const, closedAt: new Date(), refundWei: 0n, feeWei: 0n };
    await insertJob(earlier, { jobId, specCid, ...ended });
    const context = resultContext({ chainId: 80_002, contract: earlier.escrow, jobId });
    const bundle = new TextEncoder().encode("what was made there");
    const sealed = await seal(bundle, await api.deps.keyRing.recipientFor(context));
    const { cid } = await api.deps.storage.put(sealed);
    await insertAggregation(earlier, { jobId, specCid }, cid);
    const get = (path: string, as?: number) => api.call("GET", `/jobs/${jobId}${path}`, { as });
    const there = `?escrow=${earlier.escrow}`;
    expect((await get(there)).body).toMatchObject({ status: "completed", spec: null, slots: [] });
    expect((await get("")).body).toMatchObject({ status: "open", slots: [{}, {}] });
    expect((await get(`/receipt${there}`)).body).toMatchObject({ result: { escrow: earlier.escrow } });
    expect((await get("/receipt")).status).toBe(409);
    expect((await get(`/result${there}`, requester)).status).toBe(200);
    expect((await get(`/result${there}`, stranger)).status).toBe(404);
    expect((await get("/result", requester)).status).toBe(409);
    expect((await get(`/ratings${there}`)).body).toEqual({ items: [] });
    expect((await get(`/verification${there}`, firstContributor)).status).toBe(404);
    expect((await get("/verification", firstContributor)).status).toBe(200);
    expect((await get(`/adapters/0${there}`, requester)).status).toBe(404);
    expect((await get("/adapters/0", requester)).status).toBe(409);
  });

  it.each(["completed", "settled", "expired"] as const)(
    "a delivery is unsealed for the requester alone, once it is paid, by its slot, where the job is %s",
    async (end) => {
      const api = world();
      const { jobId } = await insertRunningJob(api);
      const { adapterCid } = await storeAdapter(api, jobId);
      await insertSubmission(api, jobId, firstContributor, adapterCid);
      await insertSubmission(api, jobId, secondContributor);
      const path = `/jobs/${jobId}/adapters/0`;
      expect((await api.call("GET", path, { as: requester })).status).toBe(409);
      await close(api, jobId, end);
      const paid = and(eq(slots.jobId, jobId), eq(slots.contributor, api.wallet(firstContributor)));
      await api.db.update(slots).set({ status: "submitted", paidWei: 500n }).where(paid);
      expect((await api.call("GET", path, { as: firstContributor })).status).toBe(404);
      expect((await api.call("GET", `/jobs/${jobId}/adapters/1`, { as: requester })).status).toBe(404);
      expect((await api.call("GET", `/jobs/${jobId}/adapters/32`, { as: requester })).status).toBe(400);
      const stream = await (await api.client(requester)).downloadAdapter(jobId, 0);
      expect(await new Response(stream).text()).toBe(`adapter of ${jobId}`);
    },
  );

  it("a review begins again with the ruling that overturns a refusal", async () => {
    const api = world();
    const hourAgo = new Date(Date.now() - 3_600_000);
    const { jobId } = await insertRunningJob(api, { minContributors: 1, acceptBy: hourAgo });
    const contributor = api.wallet(firstContributor);
    const ofJob = eq(slots.jobId, jobId);
    await api.db.update(slots).set({ status: "rejected" }).where(ofJob);
    await api.db
      .update(slots)
      .set({ status: "reinstated" })
      .where(and(ofJob, eq(slots.contributor, contributor)));
    await insertSubmission(api, jobId, firstContributor);
    const delivered = { submittedAt: hourAgo, status: "reinstated" as const };
    await api.db.update(contributorSubmissions).set(delivered).where(eq(contributorSubmissions.jobId, jobId));
    const ruledAt = Date.now();
    await insertEvent(api, jobId, "AppealRuled", { contributor, overturned: true });
    const { nextStep } = await (await api.client(requester)).getJob(jobId);
    expect(Date.parse(nextStep.until ?? "") - 3_600_000).toBeGreaterThanOrEqual(ruledAt - 1_000);
  });

  it("stored bytes are served under their CID, for ever the same", async () => {
    const api = world();
    const cid = await storeContent(api, new TextEncoder().encode("hello world\n"));
    const answer = await api.call("GET", `/ipfs/${cid}`);
    expect(answer).toMatchObject({ status: 200, text: "hello world\n" });
    expect(answer.headers.get("cache-control")).toContain("immutable");
    const etag = answer.headers.get("etag") ?? "";
    expect((await api.call("GET", `/ipfs/${cid}`, { headers: { "if-none-match": etag } })).status).toBe(304);
    expect((await api.call("GET", `/ipfs/bafkrei${"a".repeat(52)}`)).status).toBe(404);
    expect((await api.call("GET", "/ipfs/..%2F..%2Fsecret")).status).toBe(400);
  });

  it("a download of stored bytes goes on where it was interrupted, and is told when nothing is left", async () => {
    const api = world();
    const bytes = new Uint8Array(600_000).map((_, index) => index % 251);
    const cid = await storeContent(api, bytes);
    const get = (headers: Record<string, string>) => fetch(`${api.baseUrl}/ipfs/${cid}`, { headers });
    const whole = await get({});
    const etag = whole.headers.get("etag") ?? "";
    expect([whole.status, whole.headers.get("accept-ranges")]).toEqual([200, "bytes"]);
    expect(await whole.bytes()).toEqual(bytes);

    const rest = await get({ range: "bytes=300001-", "if-range": etag });
    expect([rest.status, rest.headers.get("content-range")]).toEqual([206, "bytes 300001-599999/600000"]);
    expect(await rest.bytes()).toEqual(bytes.subarray(300_001));
    const middle = await get({ range: "bytes=262140-262150" });
    expect([middle.status, middle.headers.get("content-length")]).toEqual([206, "11"]);
    expect(await middle.bytes()).toEqual(bytes.subarray(262_140, 262_151));

    const beyond = await get({ range: "bytes=600000-" });
    expect([beyond.status, beyond.headers.get("content-range")]).toEqual([416, "bytes */600000"]);
    expect(await beyond.json()).toMatchObject({ error: { code: "range-invalid" } });
    expect((await get({ range: "bytes=5-", "if-range": '"of-something-else"' })).status).toBe(200);
    const sizeless = await api.serveWith({ storage: { ...api.deps.storage, sizeOf: undefined } });
    const ignored = await fetch(`${sizeless}/ipfs/${cid}`, { headers: { range: "bytes=5-" } });
    expect([ignored.status, (await ignored.bytes()).length]).toEqual([200, 600_000]);
  });

  it("a range costs the blocks that it touches, whatever lies before it", async () => {
    const api = world();
    const cid = await storeContent(
      api,
      new Uint8Array(8_000_000).map((_, index) => index % 251),
    );
    let readBytes = 0;
    const dir = join(api.deps.uploads.dir, "..", "storage");
    const storage = createLocalStorage({ dir, onRead: (sizeBytes) => (readBytes += sizeBytes) });
    const at = await api.serveWith({ storage });
    const lastByte = { range: "bytes=7999999-" };
    const answers = await Promise.all(
      Array.from({ length: 40 }, () => api.call("GET", `/ipfs/${cid}`, { at, headers: lastByte })),
    );
    expect(answers.every(({ status, text }) => status === 206 && text.length === 1)).toBe(true);
    expect(readBytes / 40).toBeLessThanOrEqual(262_144);
  });

  it("only what the platform has stored is served: foreign content is not even looked for", async () => {
    const api = world();
    const { specCid } = await insertDraft(api, { preparation: "ready" });
    const [prepared] = await api.db
      .select()
      .from(llmFinetuneJobs)
      .where(eq(llmFinetuneJobs.specCid, specCid));
    const { jobId } = await insertRunningJob(api, {
      specCid: await cidOf("a spec that only the chain names"),
    });
    const { resultCid, bundleCid } = await aggregated(api, jobId, specCid);
    await insertSubmission(api, jobId, firstContributor);
    const asked: string[] = [];
    const get = async (cid: string) => {
      asked.push(cid);
      return new Blob(["stored"]).stream();
    };
    const at = await api.serveWith({ storage: { ...api.deps.storage, get, sizeOf: undefined } });
    const shards = prepared!.shardAssignments.map((shard) => shard.cid);
    const ours = [specCid, prepared!.holdoutCid, ...shards, resultCid, bundleCid];
    const foreign = await Promise.all([
      cidOf("somebody's film"),
      cidOf("a spec that only the chain names"),
      cidOf(`adapter ${jobId} ${firstContributor}`),
    ]);
    for (const cid of [...ours, ...foreign]) await api.call("GET", `/ipfs/${cid}`, { at });
    expect(asked).toEqual(ours);
  });
}
