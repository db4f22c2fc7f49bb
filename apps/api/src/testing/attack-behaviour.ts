import { jobs } from "@trainchain/db";
import { eq } from "drizzle-orm";
import { expect, it } from "vitest";
import {
  firstContributor,
  insertDraft,
  insertRunningJob,
  requester,
  requestOf,
  secondContributor,
  stranger,
} from "./fixtures.ts";
import { signedSubmission } from "./messages.ts";
import type { TestApi } from "./start-test-api.ts";

/* Each of these succeeded against the predecessor; see also the nonce and domain attacks under signing in. */
export function attackBehaviour(world: () => TestApi): void {
  it("an unauthenticated write changes nothing", async () => {
    const api = world();
    const writes = api.observations.routes().filter(({ method, path }) => {
      // Whoever reads an e-mail is known by the token in its link; what another token may is tried with the notices.
      const hasProof = path === "/auth/nonce" || path === "/auth/login" || path.startsWith("/mail/");
      return !["GET", "HEAD"].includes(method) && !hasProof;
    });
    expect(writes.length).toBeGreaterThanOrEqual(10);
    for (const { method, path } of writes) {
      const answer = await api.call(method, path.replace(/\{[^}]+\}/g, "1"), { json: {} });
      expect({ path, status: answer.status }).toEqual({ path, status: 401 });
    }
  });

  it("a slot cannot be filled for another wallet", async () => {
    const api = world();
    const { jobId } = await insertRunningJob(api);
    const { json } = await signedSubmission(api, jobId);
    for (const as of [stranger, secondContributor]) {
      const answer = await api.call("POST", "/jobs/submit-adapter", { as, json });
      expect(answer).toMatchObject({ status: 403, body: { error: { code: "forbidden" } } });
    }
    const own = await signedSubmission(api, jobId, { contributor: stranger });
    expect((await api.call("POST", "/jobs/submit-adapter", { as: stranger, json: own.json })).status).toBe(
      404,
    );
  });

  it("a forged identity in the body counts for nothing", async () => {
    const api = world();
    const { id } = await insertDraft(api);
    const forged = { ...requestOf(), requester: api.wallet(requester), wallet: api.wallet(requester) };
    expect((await api.call("POST", "/jobs/llm-finetune", { as: stranger, json: forged })).status).toBe(404);
    const query = `?wallet=${api.wallet(requester)}&requester=${api.wallet(requester)}`;
    expect((await api.call("GET", `/drafts/${id}${query}`, { as: stranger })).status).toBe(404);
    const profile = await api.call("PUT", "/profile/gpu-tier", {
      as: stranger,
      json: { gpuTier: "Apple Silicon", wallet: api.wallet(requester) },
    });
    expect(profile.body.wallet).toBe(api.wallet(stranger));
  });

  it("a job that is not paid on chain is not listed", async () => {
    const api = world();
    const { id, specCid } = await insertDraft(api, { preparation: "ready" });
    const listed = await (await api.client(requester)).listJobs({ limit: 100 });
    expect(listed.items.some((job) => job.specCid === specCid || job.spec?.draftId === id)).toBe(false);
  });

  it("a signature by a wallet that is not the slot's delegate is refused", async () => {
    const api = world();
    const { jobId } = await insertRunningJob(api);
    const { json } = await signedSubmission(api, jobId, { signer: stranger });
    const answer = await api.call("POST", "/jobs/submit-adapter", { as: firstContributor, json });
    expect(answer).toMatchObject({ status: 401, body: { error: { code: "signature-invalid" } } });
  });

  it("a one-byte model that is stored but not signed for, or signed for another job, is refused", async () => {
    const api = world();
    const { jobId } = await insertRunningJob(api);
    const other = await insertRunningJob(api);
    const { cid } = await api.deps.storage.put(new Uint8Array([1]));
    const { json } = await signedSubmission(api, jobId);
    const as = firstContributor;
    const swapped = await api.call("POST", "/jobs/submit-adapter", {
      as,
      json: { ...json, adapterCid: cid },
    });
    expect(swapped.status).toBe(401);
    const replayed = { ...json, jobId: other.jobId.toString() };
    expect((await api.call("POST", "/jobs/submit-adapter", { as, json: replayed })).status).toBe(401);
  });

  it("a result cannot be replaced after the job's completion", async () => {
    const api = world();
    const { jobId } = await insertRunningJob(api);
    const { json } = await signedSubmission(api, jobId);
    await api.db.update(jobs).set({ status: "completed" }).where(eq(jobs.jobId, jobId));
    expect((await api.call("POST", "/jobs/submit-adapter", { as: firstContributor, json })).status).toBe(409);
    for (const method of ["PUT", "POST", "DELETE"]) {
      const answer = await api.call(method, `/jobs/${jobId}/result`, { as: firstContributor, json: {} });
      expect(answer.status).toBe(405);
    }
  });

  it("another's shard is readable by neither requester, stranger nor the other contributor", async () => {
    const api = world();
    const { jobId } = await insertRunningJob(api);
    for (const as of [requester, stranger]) {
      expect((await api.call("GET", `/jobs/${jobId}/assignment`, { as })).status).toBe(404);
    }
    expect((await api.call("GET", `/jobs/${jobId}/assignment`)).status).toBe(401);
    const first = await api.call("GET", `/jobs/${jobId}/assignment`, { as: firstContributor });
    const second = await api.call("GET", `/jobs/${jobId}/assignment?slot=0`, { as: secondContributor });
    expect(second.body.slot).toBe(1);
    const shard = first.body.shard as { cid: string; identity: string };
    expect(second.text).not.toContain(shard.cid);
    expect(second.text).not.toContain(shard.identity);
    expect(first.headers.get("cache-control")).toBe("no-store");
  });
}
