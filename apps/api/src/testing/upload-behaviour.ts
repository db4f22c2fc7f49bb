import { existsSync } from "node:fs";
import { join } from "node:path";
import { createApiClient } from "@trainchain/api-client";
import { uploads } from "@trainchain/db";
import { TrainChainError } from "@trainchain/protocol";
import { computeCid } from "@trainchain/storage";
import { eq } from "drizzle-orm";
import { expect, it } from "vitest";
import { firstContributor, insertRunningJob, requester, stranger } from "./fixtures.ts";
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
  { length = "10", ...fields }: { length?: string; purpose?: string; jobId?: string } = {},
  at?: string,
) {
  const headers = {
    ...tus,
    "upload-length": length,
    "upload-metadata": metadata({ filename: "rows.jsonl", purpose: "dataset", ...fields }),
  };
  const answer = await api.call("POST", "/uploads", { as, headers, ...(at ? { at } : {}) });
  return { ...answer, id: answer.headers.get("location")?.split("/").at(-1) ?? "" };
}

function patch(offset: number): Record<string, string> {
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

  it("a wallet has a bounded number of unfinished uploads, and they expire", async () => {
    const api = world();
    const as = stranger;
    const ids: string[] = [];
    for (let count = 0; count < api.deps.limits.unfinishedUploads; count++) {
      ids.push((await beginUpload(api, as)).id);
    }
    expect((await beginUpload(api, as)).status).toBe(409);
    const later = new Date(Date.now() + api.deps.limits.uploadExpiryMs + 1_000);
    await api.deps.uploads.removeStale(later);
    expect((await api.call("GET", `/uploads-status/${ids[0]}`, { as })).status).toBe(404);
    expect(existsSync(join(api.deps.uploads.dir, ids[0] ?? ""))).toBe(false);
    expect((await beginUpload(api, as)).status).toBe(201);
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
