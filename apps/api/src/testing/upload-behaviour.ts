import { existsSync } from "node:fs";
import { readFile, rm, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createApiClient } from "@trainchain/api-client";
import {
  blocks,
  contributorSubmissions,
  drafts as draftRows,
  llmFinetuneJobs,
  slots,
  uploads,
} from "@trainchain/db";
import { TrainChainError } from "@trainchain/protocol";
import { freeBytesOf } from "@trainchain/protocol/node";
import { computeCid, createStorage } from "@trainchain/storage";
import { startPinataServer } from "@trainchain/storage/test-servers";
import { eq, inArray, isNull, or } from "drizzle-orm";
import { expect, it } from "vitest";
import { cleanUp } from "../clean-up.ts";
import { endUploads } from "../uploads/end-uploads.ts";
import { createUploadStore } from "../uploads/upload-store.ts";
import {
  cidOf,
  firstContributor,
  insertDraft,
  insertJob,
  insertRunningJob,
  insertSlot,
  requester,
  secondContributor,
  stranger,
} from "./fixtures.ts";
import type { TestApi } from "./start-test-api.ts";

const tus = { "tus-resumable": "1.0.0" };

function metadata(fields: Record<string, string>): string {
  return Object.entries(fields)
    .map(([name, value]) => `${name} ${btoa(value)}`)
    .join(",");
}

/** Begins an upload and returns the answer with the id. */
export async function beginUpload(
  api: TestApi,
  as: number,
  {
    length = "10",
    ...fields
  }: { length?: string; purpose?: string; jobId?: string; boundary?: string; path?: string } = {},
  at?: string,
  furtherHeaders: Record<string, string> = {},
) {
  const headers = {
    ...furtherHeaders,
    ...tus,
    "upload-length": length,
    "upload-metadata": metadata({ filename: "rows.jsonl", purpose: "dataset", ...fields }),
  };
  const answer = await api.call("POST", "/uploads", { as, headers, ...(at ? { at } : {}) });
  return { ...answer, id: answer.headers.get("location")?.split("/").at(-1) ?? "" };
}

export function patch(offset: number): Record<string, string> {
  return { ...tus, "content-type": "application/offset+octet-stream", "upload-offset": String(offset) };
}

export function uploadBehaviour(world: () => TestApi): void {
  it("a dataset is received in pieces, goes on after a break, and lies where the worker finds it", async () => {
    const api = world();
    const client = await api.client(requester);
    const file = new File(["0123456789".repeat(2_000)], "rows.jsonl");
    const abort = new AbortController();
    let begun = "";
    const broken = client.createUpload(file, {
      pieceBytes: 5_000,
      signal: abort.signal,
      onProgress({ id, sentBytes }) {
        begun = id;
        if (sentBytes >= 5_000) abort.abort(new Error("the cable was pulled"));
      },
    });
    await expect(broken).rejects.toThrow("the cable was pulled");
    expect(await client.getUpload(begun)).toMatchObject({ finished: false, cid: null });

    const from: number[] = [];
    const done = await client.createUpload(file, {
      resume: begun,
      onProgress: ({ sentBytes }) => from.push(sentBytes),
    });
    expect(from[0]).toBe(5_000);
    expect(done).toEqual({ id: begun, purpose: "dataset", sizeBytes: 20_000, finished: true, cid: null });
    expect(existsSync(join(api.deps.uploads.dir, begun))).toBe(true);
  });

  it.each([
    ["refuses connections", () => Promise.reject(new TypeError("fetch failed"))],
    ["is answered for by its proxy", async () => new Response("<html>bad gateway</html>", { status: 502 })],
  ])("an upload outlives a server that %s for a while, also when asked how far it came", async (_, away) => {
    const api = world();
    const asked: string[] = [];
    let outage = 0;
    const send: typeof fetch = (input, init) => {
      const method = init?.method ?? "GET";
      asked.push(method);
      if (method === "PATCH" && asked.filter((other) => other === method).length === 2) outage = 3;
      return outage-- > 0 ? away() : fetch(input, init);
    };
    const token = await api.tokenOf(requester);
    const client = createApiClient({ baseUrl: api.baseUrl, token, fetch: send });
    const text = "0123456789".repeat(2_000);
    const { id } = await client.createUpload(new File([text], "rows.jsonl"), { pieceBytes: 5_000 });
    expect(await readFile(join(api.deps.uploads.dir, id), "utf8")).toBe(text);
    expect(asked.slice(0, 7)).toEqual(["POST", "PATCH", "PATCH", "HEAD", "HEAD", "HEAD", "PATCH"]);
  });

  it("an adapter goes to storage under its CID and leaves the upload folder", async () => {
    const api = world();
    const { jobId } = await insertRunningJob(api);
    const client = await api.client(firstContributor);
    const sealed = new TextEncoder().encode("sealed adapter bytes");
    const cid = await client.uploadAdapter(jobId, new File([sealed], "adapter.age"));
    expect(cid).toBe(await computeCid(sealed));
    const stored = await new Response(await client.getContent(cid)).text();
    expect(stored).toBe("sealed adapter bytes");
    const [row] = await api.db.select().from(uploads).where(eq(uploads.cid, cid));
    expect(existsSync(join(api.deps.uploads.dir, row?.id ?? ""))).toBe(false);
  });

  it("of unfinished adapters a wallet has as many as slots that await one, and a new one ends the oldest; what is stored of one that was ended goes", async () => {
    const api = world();
    const as = 34;
    const jobOf = async () => {
      const { jobId } = await insertRunningJob(api);
      await insertSlot(api, jobId, as, { slot: 2 });
      return `${jobId}`;
    };
    const jobId = await jobOf();
    const begin = async () => (await beginUpload(api, as, { purpose: "adapter", jobId })).id;
    const send = async (id: string, offset: number, body: string) =>
      (await api.call("PATCH", `/uploads/${id}`, { as, headers: patch(offset), body })).status;
    const lies = (id: string) => existsSync(join(api.deps.uploads.dir, id));
    const first = await begin();
    expect(await send(first, 0, "01234")).toBe(204);
    const second = await begin();
    expect([lies(first), await send(first, 5, "56789"), lies(second)]).toEqual([false, 404, true]);
    await jobOf();
    const third = await begin();
    expect([await send(second, 0, "01234"), await send(third, 0, "of a third")]).toEqual([204, 204]);

    const [row] = await api.db.select().from(uploads).where(eq(uploads.id, second));
    const fourth = await begin();
    await beginUpload(api, as, { purpose: "dataset" });
    expect(lies(second)).toBe(true);
    await begin();
    expect([lies(second), lies(fourth)]).toEqual([false, true]);
    await writeFile(join(api.deps.uploads.dir, second), "ended late");
    const cid = await api.deps.uploads.finish({ ...row!, sizeBytes: 10 });
    expect(await api.deps.storage.has(cid ?? "")).toBe(false);
  });

  it("an adapter whose storage failed at the last byte is stored when its status is asked for", async () => {
    const api = world();
    const { jobId } = await insertRunningJob(api);
    const unavailable = () => {
      throw new TrainChainError("storage-unavailable", "the store is down");
    };
    const uploadsOnBrokenStorage = { ...api.deps.uploads, finish: async () => unavailable() };
    const at = await api.serveWith({ uploads: uploadsOnBrokenStorage });
    const { id } = await beginUpload(api, firstContributor, { purpose: "adapter", jobId: `${jobId}` }, at);
    const headers = patch(0);
    const as = firstContributor;
    const sent = await api.call("PATCH", `/uploads/${id}`, { at, as, headers, body: "0123456789" });
    expect(sent).toMatchObject({ status: 503, body: { error: { code: "storage-unavailable" } } });
    const status = await api.call("GET", `/uploads-status/${id}`, { as });
    expect(status.body).toMatchObject({ finished: true, cid: expect.stringMatching(/^bafkrei/) });
  });

  it("nobody but the owner sees, continues, reads or deletes an upload", async () => {
    const api = world();
    const { id, status } = await beginUpload(api, requester);
    expect(status).toBe(201);
    const as = stranger;
    expect((await api.call("HEAD", `/uploads/${id}`, { as, headers: tus })).status).toBe(404);
    const stolen = await api.call("PATCH", `/uploads/${id}`, { as, headers: patch(0), body: "0123456789" });
    expect(stolen.status).toBe(404);
    expect((await api.call("DELETE", `/uploads/${id}`, { as, headers: tus })).status).toBe(404);
    expect((await api.call("GET", `/uploads-status/${id}`, { as })).status).toBe(404);
    expect((await api.call("GET", `/uploads/${id}`, { as: requester })).status).toBe(405);
    const head = await api.call("HEAD", `/uploads/${id}`, { as: requester, headers: tus });
    expect(head).toMatchObject({ status: 200 });
    expect(head.headers.get("upload-offset")).toBe("0");
    expect((await api.call("DELETE", `/uploads/${id}`, { as: requester, headers: tus })).status).toBe(204);
    expect((await api.call("GET", `/uploads-status/${id}`, { as: requester })).status).toBe(404);
  });

  it("an upload says what it is for, how large it is, and stays within the limits", async () => {
    const api = world();
    const as = requester;
    expect((await beginUpload(api, as, { purpose: "malware" })).status).toBe(400);
    expect((await beginUpload(api, as, { purpose: "adapter" })).status).toBe(400);
    expect((await beginUpload(api, as, { length: "0" })).status).toBe(400);
    expect((await beginUpload(api, as, { length: "1000001" })).status).toBe(413);
    expect((await beginUpload(api, as, { purpose: "adapter", jobId: "999999" })).status).toBe(404);
    const { jobId } = await insertRunningJob(api);
    const adapter = { purpose: "adapter", jobId: jobId.toString(), length: "100001" };
    expect(await beginUpload(api, firstContributor, adapter)).toMatchObject({
      status: 413,
      body: { error: { code: "too-large", fix: expect.any(String) } },
    });
    expect((await api.call("GET", `/uploads-status/${"x".repeat(65)}`, { as })).status).toBe(400);
  });

  it("bytes come in order, by the protocol's version, and never beyond the announced size", async () => {
    const api = world();
    const as = requester;
    const { id } = await beginUpload(api, as);
    const path = `/uploads/${id}`;
    expect(await api.call("PATCH", path, { as, headers: patch(3), body: "0123" })).toMatchObject({
      status: 409,
      body: { error: { code: "conflict" } },
    });
    const { "tus-resumable": _, ...withoutVersion } = patch(0);
    expect((await api.call("PATCH", path, { as, headers: withoutVersion, body: "0123" })).status).toBe(412);
    expect((await api.call("POST", "/uploads", { as })).status).toBe(412);
    expect((await api.call("HEAD", path, { as })).status).toBe(412);
    expect((await api.call("DELETE", path, { as })).status).toBe(412);
    const wrongOffset = { ...patch(0), "upload-offset": "many" };
    expect((await api.call("PATCH", path, { as, headers: wrongOffset, body: "0123" })).status).toBe(400);
    const wrongHeader = { ...tus, "upload-length": "many" };
    expect((await api.call("DELETE", path, { as, headers: wrongHeader })).status).toBe(400);
    const tooMany = await api.call("PATCH", path, { as, headers: patch(0), body: "0123456789abcdef" });
    expect(tooMany.status).toBe(413);
    expect((await api.call("DELETE", path, { as, headers: tus })).status).toBe(204);
  });

  it("unfinished uploads expire, and leave no file", async () => {
    const api = world();
    const as = stranger;
    const { id } = await beginUpload(api, as);
    await api.deps.uploads.removeStale(new Date(Date.now() + api.deps.limits.uploadExpiryMs - 60_000));
    expect((await api.call("GET", `/uploads-status/${id}`, { as })).status).toBe(200);
    await api.deps.uploads.removeStale(new Date(Date.now() + api.deps.limits.uploadExpiryMs + 1_000));
    expect((await api.call("GET", `/uploads-status/${id}`, { as })).status).toBe(404);
    expect(existsSync(join(api.deps.uploads.dir, id))).toBe(false);
  });

  it("files of no upload, as a kill leaves them, are removed when they are old", async () => {
    const api = world();
    const { id } = await beginUpload(api, requester);
    const { dir } = api.deps.uploads;
    const [old, young] = ["0ld0rphan", "y0ungorphan"].map((name) => join(dir, name)) as [string, string];
    await Promise.all([old, `${old}.json`, young].map((file) => writeFile(file, "part")));
    const longAgo = new Date(Date.now() - api.deps.limits.uploadExpiryMs - 60_000);
    for (const file of [old, `${old}.json`, join(dir, id)]) await utimes(file, longAgo, longAgo);
    await api.deps.uploads.removeStale(new Date());
    expect([old, `${old}.json`, young, join(dir, id)].map(existsSync)).toEqual([false, false, true, true]);
    await rm(young);
  });

  it("a wallet, and the wallets of one network together, may have so much here that no money stands for", async () => {
    const api = world();
    const limits = { ...api.deps.limits, quota: { uploads: 3, bytes: 25, perNetwork: 2 } };
    const at = await api.serveWith({ limits, platform: { ...api.deps.platform, trustProxy: true } });
    const begin = (as: number, length: number, address: string) =>
      beginUpload(api, as, { length: `${length}` }, at, { "x-forwarded-for": address });
    const [here, besideIt, elsewhere] = ["2001:db8:5:1::1", "2001:db8:5:2::7", "2001:db8:6::1"] as const;
    const first = await begin(11, 10, here);
    await begin(11, 10, here);
    expect(await begin(11, 6, here)).toMatchObject({
      status: 409,
      body: { error: { code: "conflict", fix: expect.stringContaining("7 days") } },
    });
    expect((await begin(11, 5, here)).status).toBe(201);
    expect((await begin(11, 1, elsewhere)).status).toBe(409);
    const others = await Promise.all([1, 2, 3, 4].map(() => begin(12, 5, besideIt)));
    expect(others.map(({ status }) => status).toSorted()).toEqual([201, 201, 201, 409]);
    expect((await begin(13, 1, here)).status).toBe(409);
    expect((await begin(13, 1, elsewhere)).status).toBe(201);
    expect((await api.call("DELETE", `/uploads/${first.id}`, { as: 11, headers: tus })).status).toBe(204);
    expect((await begin(13, 1, here)).status).toBe(201);
  });

  it("what is paid for, delivered or refused is no part of that, and a dataset without a request can be given up", async () => {
    const api = world();
    const at = await api.serveWith({
      limits: { ...api.deps.limits, quota: { uploads: 1, bytes: 1_000, perNetwork: 10_000 } },
    });
    const as = 14;
    const client = await api.client(as);
    const begin = async () => (await beginUpload(api, as, {}, at)).status;
    const upload = async () => (await client.createUpload(new File(["0123456789"], "rows.jsonl"))).id;
    const paid = await upload();
    expect(await begin()).toBe(409);
    const { specCid } = await insertDraft(api, { uploadId: paid, preparation: "ready", owner: as });
    expect(await begin()).toBe(409);
    // A change that could not be prepared leaves what it was made of.
    const edit = await insertDraft(api, { uploadId: paid, preparation: "failed", owner: as });
    await api.db.update(draftRows).set({ changedFromId: "before" }).where(eq(draftRows.id, edit.id));
    expect(await begin()).toBe(409);
    // Neither a job of somebody else's nor one whose stake was taken back pays for anything.
    await insertJob(api, { specCid, own: false });
    await insertJob(api, { specCid, requester: api.wallet(as), status: "cancelled", closedAt: new Date() });
    expect(await begin()).toBe(409);
    await insertJob(api, { specCid, requester: api.wallet(as) });
    const refused = await upload();
    expect(await begin()).toBe(409);
    await insertDraft(api, { uploadId: refused, preparation: "failed", owner: as });
    const spare = await upload();
    expect(await begin()).toBe(409);
    const give = (id: string) => api.call("DELETE", `/uploads/${id}`, { as, headers: tus });
    expect((await give(paid)).status).toBe(400);
    expect((await give(spare)).status).toBe(204);
    expect(existsSync(join(api.deps.uploads.dir, spare))).toBe(false);
    expect(await begin()).toBe(201);
  });

  it("what a change or the end of a draft leaves behind counts until it is removed, for its network too", async () => {
    const api = world();
    const limits = { ...api.deps.limits, quota: { uploads: 10, bytes: 25, perNetwork: 1 } };
    const at = await api.serveWith({ limits, platform: { ...api.deps.platform, trustProxy: true } });
    const begin = async (as: number, length: number) =>
      (await beginUpload(api, as, { length: `${length}` }, at, { "x-forwarded-for": "2001:db8:9::1" }))
        .status;
    const { id: uploadId } = await beginUpload(api, 15, {}, at, { "x-forwarded-for": "2001:db8:9::1" });
    const longAgo = new Date(Date.now() - 2 * api.deps.platform.unpaidMs);
    const rows = { uploadId, preparation: "ready", owner: 15, createdAt: longAgo } as const;
    const first = await insertDraft(api, rows);
    await api.db.update(draftRows).set({ deletedAt: new Date() }).where(eq(draftRows.id, first.id));
    await insertDraft(api, { ...rows, createdAt: new Date() });
    await api.db
      .update(uploads)
      .set({ createdAt: longAgo, finishedAt: longAgo })
      .where(eq(uploads.id, uploadId));
    await cleanUp(api.deps);
    expect([await begin(15, 6), await begin(16, 6)]).toEqual([409, 409]);
    await api.db.delete(llmFinetuneJobs).where(eq(llmFinetuneJobs.draftId, first.id));
    expect([await begin(15, 6), await begin(16, 9)]).toEqual([201, 201]);
  });

  it("no upload is taken while the disk is nearly full, and what is begun waits", async () => {
    const api = world();
    const { id } = await beginUpload(api, requester);
    const full = Number.MAX_SAFE_INTEGER;
    const limits = { ...api.deps.limits, minFreeBytes: { dataset: full, adapter: full, boundary: full } };
    const at = await api.serveWith({ limits });
    const refused = await beginUpload(api, requester, {}, at);
    expect(refused).toMatchObject({ status: 507, body: { error: { code: "disk-full" } } });
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    const piece = { as: requester, headers: patch(0), body: "0123456789" };
    expect((await api.call("PATCH", `/uploads/${id}`, { at, ...piece })).status).toBe(507);
    expect((await api.call("PATCH", `/uploads/${id}`, piece)).status).toBe(204);
  });

  it("what was begun and is still to be sent counts against the disk, but a dataset's against no adapter", async () => {
    const api = world();
    const free = await freeBytesOf(api.deps.uploads.dir);
    const minFreeBytes = { dataset: free - 30e9, adapter: free - 30e9, boundary: 1 };
    const quota = { uploads: 100, bytes: 1e12, perNetwork: 3 };
    const at = await api.serveWith({
      limits: { ...api.deps.limits, uploadBytes: 1e12, quota, minFreeBytes },
    });
    const begin = () => beginUpload(api, requester, { length: "20000000000" }, at);
    const first = await begin();
    expect([first.status, (await begin()).status]).toEqual([201, 507]);
    const { jobId } = await insertRunningJob(api);
    const adapter = { purpose: "adapter", jobId: `${jobId}`, length: "1000" };
    expect((await beginUpload(api, firstContributor, adapter, at)).status).toBe(201);
    const end = { as: requester, headers: tus };
    expect((await api.call("DELETE", `/uploads/${first.id}`, end)).status).toBe(204);
    const again = await begin();
    expect(again.status).toBe(201);
    await api.call("DELETE", `/uploads/${again.id}`, end);
  });

  it("the disk's last room is for adapters of accepted slots, and a stranger's job gives nobody such a slot", async () => {
    const api = world();
    const minFreeBytes = { dataset: Number.MAX_SAFE_INTEGER, adapter: 1, boundary: 1 };
    const at = await api.serveWith({ limits: { ...api.deps.limits, minFreeBytes } });
    const as = firstContributor;
    const deliver = async (jobId: bigint) => {
      const { id, status } = await beginUpload(api, as, { purpose: "adapter", jobId: `${jobId}` }, at);
      if (status !== 201) return status;
      return (await api.call("PATCH", `/uploads/${id}`, { at, as, headers: patch(0), body: "0123456789" }))
        .status;
    };
    expect((await beginUpload(api, as, {}, at)).status).toBe(507);
    expect(await deliver((await insertRunningJob(api)).jobId)).toBe(204);
    expect(await deliver((await insertRunningJob(api, { own: false })).jobId)).toBe(404);
  });

  it("a job that was cancelled or has expired keeps its data for as long as a draft is kept, a stranger's job none", async () => {
    const api = world();
    const hoursAgo = (hours: number) => new Date(Date.now() - hours * 3_600_000);
    const drafted = async (...over: Parameters<typeof insertJob>[1][]) => {
      const draft = await insertDraft(api, { preparation: "ready", createdAt: hoursAgo(3) });
      for (const job of over) await insertJob(api, { specCid: draft.specCid, ...job });
      return draft;
    };
    const drafts = await Promise.all([
      drafted({ own: false }),
      drafted({ status: "cancelled", closedAt: hoursAgo(2) }),
      drafted({ status: "expired", closedAt: hoursAgo(2) }),
      drafted({ status: "cancelled", closedAt: new Date() }),
      drafted({ status: "expired", closedAt: new Date() }),
      drafted({ status: "cancelled", closedAt: hoursAgo(2) }, { status: "open" }),
      drafted({ status: "completed", closedAt: hoursAgo(2) }),
    ]);
    const { jobId } = await insertRunningJob(api, { status: "expired", closedAt: hoursAgo(2) });
    const foreign = await insertRunningJob(api, { own: false });
    const delivered = await Promise.all(["to an ended job", "to a stranger's"].map(cidOf));
    for (const [index, adapterCid] of delivered.entries()) {
      const owner = api.wallet(firstContributor);
      await api.db.insert(uploads).values({
        ...{ id: `delivered-${index}`, owner, purpose: "adapter", fileName: "adapter.age", sizeBytes: 1 },
        ...{ cid: adapterCid, finishedAt: hoursAgo(3) },
      });
      await api.db.insert(contributorSubmissions).values({
        ...{ escrow: api.escrow, jobId: index ? foreign.jobId : jobId, contributor: owner, adapterCid },
        ...{ submittedAt: hoursAgo(3), status: "submitted", transactionHash: `0x${"3".repeat(64)}` },
      });
    }
    // No other job of these tests lets this contributor deliver anything any more.
    await api.db
      .update(slots)
      .set({ status: "released" })
      .where(eq(slots.contributor, api.wallet(firstContributor)));
    const block = { number: 10n ** 9n, hash: "0x1", parentHash: "0x0", minedAt: new Date() };
    await api.db.insert(blocks).values(block);
    await cleanUp({ ...api.deps, platform: { ...api.deps.platform, unpaidMs: 3_600_000 } });
    await api.db.delete(blocks).where(eq(blocks.number, block.number));
    const kept = await api.db.select().from(draftRows).where(isNull(draftRows.deletedAt));
    expect(drafts.map(({ id }) => kept.some((draft) => draft.id === id))).toEqual([
      ...[false, false, false],
      ...[true, true, true, true],
    ]);
    expect(await api.db.$count(uploads, inArray(uploads.cid, delivered))).toBe(0);
  });

  it("what nobody pays for ends in time, as far as the chain is known; what is paid for or shared stays", async () => {
    const api = world();
    const { jobId } = await insertRunningJob(api);
    const clients = {
      requester: await api.client(requester),
      contributor: await api.client(firstContributor),
    };
    const dataset = async () => (await clients.requester.createUpload(new File(["{}"], "rows.jsonl"))).id;
    const adapter = (bytes: string) =>
      clients.contributor.uploadAdapter(jobId, new File([bytes], "adapter.age"));
    const [spare, unpaid, paid] = [await dataset(), await dataset(), await dataset()];
    const createdAt = new Date(Date.now() - 3_600_000);
    const unpaidDraft = await insertDraft(api, { uploadId: unpaid, preparation: "ready", createdAt });
    const paidDraft = await insertDraft(api, { uploadId: paid, preparation: "ready", createdAt });
    await insertJob(api, { specCid: paidDraft.specCid });
    const kept = await adapter("kept, for its slot is held");
    const lost = await adapter("never delivered");
    const delivered = await adapter("delivered");
    const shared = await adapter("of two uploads");
    await adapter("of two uploads");
    await api.db.insert(contributorSubmissions).values({
      ...{ escrow: api.escrow, jobId, contributor: api.wallet(firstContributor), adapterCid: delivered },
      ...{ submittedAt: new Date(), status: "submitted", transactionHash: `0x${"2".repeat(64)}` },
    });
    const old = [spare, unpaid, paid];
    const [oneOfTwo] = await api.db.select().from(uploads).where(eq(uploads.cid, shared)).limit(1);
    const age = or(
      inArray(uploads.id, [...old, oneOfTwo!.id]),
      inArray(uploads.cid, [kept, lost, delivered]),
    );
    await api.db.update(uploads).set({ createdAt, finishedAt: createdAt }).where(age);
    const hurried = { ...api.deps, platform: { ...api.deps.platform, unpaidMs: 1_800_000 } };
    const has = () => Promise.all([kept, lost, delivered, shared].map((cid) => api.deps.storage.has(cid)));
    const shows = async ({ id }: { id: string }) =>
      (await api.call("GET", `/drafts/${id}`, { as: requester })).status;

    const block = { number: 10n ** 9n, hash: "0x1", parentHash: "0x0" };
    await api.db.insert(blocks).values({ ...block, minedAt: new Date(Date.now() - 3_600_000) });
    await cleanUp(hurried);
    expect([await shows(unpaidDraft), existsSync(join(api.deps.uploads.dir, spare))]).toEqual([200, true]);

    await api.db.update(blocks).set({ minedAt: new Date() }).where(eq(blocks.number, block.number));
    await cleanUp(hurried);
    expect([await shows(unpaidDraft), await shows(paidDraft)]).toEqual([404, 200]);
    const left = async (ids: string[]) =>
      (await api.db.select().from(uploads).where(inArray(uploads.id, ids))).map(({ id }) => id);
    expect(await left(old)).toEqual(expect.arrayContaining([unpaid, paid]));
    expect(await left([spare])).toEqual([]);
    expect(existsSync(join(api.deps.uploads.dir, spare))).toBe(false);
    expect(await has()).toEqual([true, true, true, true]);

    // The slot is given back, so nothing can be delivered for it any more.
    await api.db
      .update(slots)
      .set({ status: "released" })
      .where(eq(slots.contributor, api.wallet(firstContributor)));
    await cleanUp(hurried);
    expect(await has()).toEqual([false, false, true, true]);
    expect(await left([oneOfTwo!.id])).toEqual([]);
    await api.db.delete(blocks).where(eq(blocks.number, block.number));
  });

  it("at Pinata too a wallet has its quota, and what nobody pays for is deleted there", async () => {
    const api = world();
    const { jobId } = await insertRunningJob(api);
    const pinata = await startPinataServer();
    const { url, jwt } = pinata;
    const storage = createStorage({ backend: "pinata", jwt, apiUrl: url, uploadUrl: url, gatewayUrl: url });
    const { connection, uploads: store } = api.deps;
    const atPinata = {
      storage,
      uploads: await createUploadStore({ dir: store.dir, expiryMs: 3_600_000, db: connection.db, storage }),
      limits: { ...api.deps.limits, quota: { uploads: 1, bytes: 1_000, perNetwork: 10_000 } },
    };
    const owner = api.wallet(secondContributor);
    await api.db.delete(uploads).where(eq(uploads.owner, owner));
    const baseUrl = await api.serveWith(atPinata);
    const client = createApiClient({ baseUrl, token: await api.tokenOf(secondContributor) });
    const cid = await client.uploadAdapter(jobId, new File(["sealed"], "adapter.age"));
    expect([...pinata.contents.keys()]).toEqual([cid]);
    const second = client.uploadAdapter(jobId, new File(["more"], "adapter.age"));
    await expect(second).rejects.toMatchObject({ code: "conflict" });

    const hourAgo = new Date(Date.now() - 3_600_000);
    await api.db.update(uploads).set({ finishedAt: hourAgo }).where(eq(uploads.cid, cid));
    await api.db.update(slots).set({ status: "released" }).where(eq(slots.contributor, owner));
    const times = { before: new Date(Date.now() - 1_800_000), chainTime: new Date() };
    await endUploads({ ...api.deps, ...atPinata }, times);
    expect(pinata.contents.size).toBe(0);
    await pinata.close();
  });

  it("the client reports the server's refusal in the server's words", async () => {
    const client = createApiClient({ baseUrl: world().baseUrl });
    const refused = client.createUpload(new File(["x"], "rows.jsonl"));
    await expect(refused).rejects.toMatchObject({
      code: "not-signed-in",
      fix: expect.stringContaining("/auth/nonce"),
    });
  });
}
