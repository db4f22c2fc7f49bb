import { curvePoints, jobs, slots, transactions } from "@trainchain/db";
import { mostCurvePoints, truncateAddress } from "@trainchain/protocol";
import { seal, unseal } from "@trainchain/storage";
import { and, eq } from "drizzle-orm";
import { hashTypedData, keccak256 } from "viem";
import { expect, it } from "vitest";
import {
  cidOf,
  firstContributor,
  insertBalance,
  insertEvent,
  insertJob,
  insertRunningJob,
  insertSlot,
  insertStats,
  insertSubmission,
  insertVerification,
  requester,
  secondContributor,
  stranger,
} from "./fixtures.ts";
import { signedSubmission, step } from "./messages.ts";
import type { TestApi } from "./start-test-api.ts";

export function contributorBehaviour(world: () => TestApi): void {
  it("an assignment gives a slot's wallet its shard, a key that opens it, and a recipient for the adapter", async () => {
    const api = world();
    const { jobId, draftId, specCid } = await insertRunningJob(api);
    const first = await (await api.client(firstContributor)).getAssignment(jobId);
    const second = await (await api.client(secondContributor)).getAssignment(jobId);
    expect(first).toMatchObject({ slot: 0, specCid, spec: { draftId }, shard: { rows: 45 } });
    expect(first.shard.cid).not.toBe(second.shard.cid);
    expect(first.adapter.recipient).not.toBe(second.adapter.recipient);

    const shard = new TextEncoder().encode("rows");
    const recipient = await api.deps.keyRing.recipientFor(`trainchain/1/shard/${draftId}/0`);
    const opened = await unseal(await seal(shard, recipient), first.shard.identity);
    expect(await new Response(opened).text()).toBe("rows");
    const foreign = await seal(shard, recipient);
    await expect(unseal(foreign, second.shard.identity)).rejects.toMatchObject({ code: "sealing-failed" });
  });

  it.each(["rejected", "released"] as const)("a %s slot has no assignment any more", async (status) => {
    const api = world();
    const { jobId } = await insertRunningJob(api);
    const mine = and(eq(slots.jobId, jobId), eq(slots.contributor, api.wallet(firstContributor)));
    await api.db.update(slots).set({ status }).where(mine);
    expect((await api.call("GET", `/jobs/${jobId}/assignment`, { as: firstContributor })).status).toBe(404);
  });

  it("a job whose signed terms are not the prepared ones gives no shard out", async () => {
    const api = world();
    const { jobId } = await insertRunningJob(api, { aggregator: api.wallet(stranger) });
    expect((await api.call("GET", `/jobs/${jobId}/assignment`, { as: firstContributor })).status).toBe(404);
    expect((await api.call("GET", `/jobs/${jobId}`)).body.spec).toBeNull();
  });

  it("progress is seen by the requester and its own contributor, and by nobody else", async () => {
    const api = world();
    const { jobId } = await insertRunningJob(api);
    await (await api.client(firstContributor)).reportProgress(jobId, step);
    const progressFor = async (index: number) =>
      (await (await api.client(index)).getJob(jobId)).slots[0]?.progress?.event ?? null;
    expect(await progressFor(requester)).toEqual(step);
    expect(await progressFor(firstContributor)).toEqual(step);
    expect(await progressFor(secondContributor)).toBeNull();
    expect(await progressFor(stranger)).toBeNull();
    const path = `/jobs/${jobId}/progress`;
    expect((await api.call("POST", path, { as: stranger, json: step })).status).toBe(404);
    const malformed = await api.call("POST", path, { as: firstContributor, json: { event: "step" } });
    expect(malformed.status).toBe(400);
  });

  it("the curve of each training stays, thinned and as it was trained last, for the requester and its own contributor", async () => {
    const api = world();
    const { jobId } = await insertRunningJob(api);
    const slot = { escrow: api.escrow, jobId, contributor: api.wallet(firstContributor) };
    const points = Array.from({ length: mostCurvePoints }, (_, index) => ({
      ...slot,
      step: index + 1,
      loss: 3,
    }));
    await api.db.insert(curvePoints).values(points);
    const first = await api.client(firstContributor);
    const curveFor = async (index: number) => (await (await api.client(index)).getCurves(jobId)).items;

    await first.reportProgress(jobId, { ...step, step: mostCurvePoints, steps: 9_999, loss: 2.5 });
    const [whole] = await curveFor(requester);
    expect(whole).toMatchObject({ slot: 0, contributor: truncateAddress(slot.contributor) });
    expect([whole?.points.length, whole?.points.at(-1)]).toEqual([mostCurvePoints, [mostCurvePoints, 2.5]]);
    const reported = 200;
    for (let at = 1; at <= reported; at++)
      await first.reportProgress(jobId, { ...step, step: mostCurvePoints + at, steps: 9_999, loss: 2 });
    const [thinned] = await curveFor(firstContributor);
    const steps = thinned?.points.map(([at]) => at) ?? [];
    expect([steps.length, steps[0], steps.at(-1)]).toEqual([mostCurvePoints, 1, mostCurvePoints + reported]);
    // As many went as came, each from between its neighbours: nowhere are two that follow each other gone.
    expect(Math.max(...steps.slice(1).map((at, index) => at - (steps[index] ?? 0)))).toBe(2);
    expect(await curveFor(secondContributor)).toEqual([]);
    expect((await api.call("GET", `/jobs/${jobId}/curves`, { as: stranger })).status).toBe(404);
  });

  it("an adapter upload is granted to a slot that awaits an adapter", async () => {
    const api = world();
    const { jobId } = await insertRunningJob(api);
    const path = `/jobs/${jobId}/adapter-upload`;
    const answer = await api.call("POST", path, { as: firstContributor });
    expect(answer.body).toEqual({ method: "tus", url: "/uploads", maxBytes: 100_000 });
    expect((await api.call("POST", path, { as: stranger })).status).toBe(404);
    expect((await api.call("POST", "/jobs/first/adapter-upload", { as: stranger })).status).toBe(400);
  });

  it("a submission signed by the slot's wallet is queued for relaying, once however often it is sent", async () => {
    const api = world();
    const { jobId } = await insertRunningJob(api);
    const { json } = await signedSubmission(api, jobId);
    for (const _ of [1, 2]) {
      const answer = await api.call("POST", "/jobs/submit-adapter", { as: firstContributor, json });
      expect(answer).toMatchObject({ status: 202, body: { status: "relaying" } });
    }
    const key = `relay-submission/${api.escrow}/${jobId}/${api.wallet(firstContributor)}`;
    const tasks = await api.sql<{ payload: object }>`
      select data as payload from pgboss.job where singleton_key = ${key}`;
    expect(tasks).toHaveLength(1);
    expect(tasks[0]?.payload).toMatchObject({ jobId: `${jobId}`, adapterCid: json.adapterCid });
  });

  it("a submission signed by the slot's delegate is accepted; for a contract that is one only where the platform relays such", async () => {
    const api = world();
    const { jobId } = await insertRunningJob(api);
    const mine = and(eq(slots.jobId, jobId), eq(slots.contributor, api.wallet(firstContributor)));
    await api.db
      .update(slots)
      .set({ delegate: api.wallet(9) })
      .where(mine);
    const byKey = await signedSubmission(api, jobId, { signer: 9 });
    const as = firstContributor;
    expect((await api.call("POST", "/jobs/submit-adapter", { as, json: byKey.json })).status).toBe(202);
    // The contract wallet of the sign-in test takes keccak256(hash) for its signature.
    await api.db.update(slots).set({ delegate: "0x00000000000000000000000000000000000c0de1" }).where(mine);
    const signature = keccak256(hashTypedData(byKey.typedData));
    const json = { ...byKey.json, signature };
    expect(await api.call("POST", "/jobs/submit-adapter", { as, json })).toMatchObject({
      status: 401,
      body: { error: { code: "signature-invalid", fix: expect.stringContaining("from your own wallet") } },
    });
    const at = await api.serveWith({ platform: { ...api.deps.platform, relayContractSigners: true } });
    expect((await api.call("POST", "/jobs/submit-adapter", { at, as, json })).status).toBe(202);
  });

  it("a submission is refused when it is late, already made, not stored or malformed", async () => {
    const api = world();
    const as = firstContributor;
    const submit = (json: unknown) => api.call("POST", "/jobs/submit-adapter", { as, json });
    const { jobId } = await insertRunningJob(api);
    const mine = and(eq(slots.jobId, jobId), eq(slots.contributor, api.wallet(as)));
    const missing = await signedSubmission(api, jobId, { stored: false });
    expect(await submit(missing.json)).toMatchObject({ status: 409, body: { error: { code: "not-ready" } } });
    const { json } = await signedSubmission(api, jobId);
    expect((await submit({ ...json, adapterCid: "Qm" })).status).toBe(400);
    await api.db
      .update(slots)
      .set({ deadline: new Date(Date.now() - 1_000) })
      .where(mine);
    expect(await submit(json)).toMatchObject({ status: 409, body: { error: { code: "conflict" } } });
    await api.db.update(slots).set({ status: "submitted" }).where(mine);
    expect((await submit(json)).status).toBe(409);
  });

  it("near its deadline a submission goes before its content, which may be sent afterwards, once, and while nothing is said of it", async () => {
    const api = world();
    const { jobId } = await insertRunningJob(api);
    const submit = async (as: number, minutesLeft: number) => {
      const mine = and(eq(slots.jobId, jobId), eq(slots.contributor, api.wallet(as)));
      const deadline = new Date(Date.now() + 60_000 * minutesLeft);
      await api.db.update(slots).set({ deadline }).where(mine);
      const { json } = await signedSubmission(api, jobId, { contributor: as, stored: false });
      return (await api.call("POST", "/jobs/submit-adapter", { as, json })).status;
    };
    expect(await submit(firstContributor, 16)).toBe(409);
    for (const contributor of [firstContributor, secondContributor]) {
      expect(await submit(contributor, 14)).toBe(202);
      const mine = and(eq(slots.jobId, jobId), eq(slots.contributor, api.wallet(contributor)));
      await api.db.update(slots).set({ status: "submitted" }).where(mine);
      await insertSubmission(api, jobId, contributor);
    }
    const send = async (contributor: number) =>
      (await api.client(contributor)).uploadAdapter(
        jobId,
        new File([`adapter ${jobId} ${contributor}`], "adapter.age"),
      );
    expect(await send(firstContributor)).toBe(await cidOf(`adapter ${jobId} ${firstContributor}`));
    await expect(send(firstContributor)).rejects.toMatchObject({ code: "not-found" });
    await insertVerification(api, jobId, secondContributor);
    await expect(send(secondContributor)).rejects.toMatchObject({ code: "not-found" });
  });

  it("near the deadline of a slot that the platform paid for, a wallet that was never paid goes first only once its upload has begun", async () => {
    const api = world();
    const { jobId } = await insertRunningJob(api);
    const [newcomer, veteran] = [30, 31];
    const deadline = new Date(Date.now() + 60_000 * 14);
    const submit = async (as: number) => {
      const { json } = await signedSubmission(api, jobId, { contributor: as, stored: false });
      return api.call("POST", "/jobs/submit-adapter", { as, json });
    };
    const seated = (as: number) => ({
      ...{ purpose: `acceptJobBySig/${api.escrow}/${jobId}/${api.wallet(as)}/a`, toAddress: api.escrow },
      ...{ data: "0x", valueWei: 0n, status: "confirmed" as const },
    });
    await api.db.insert(transactions).values([seated(newcomer), seated(veteran)]);
    for (const as of [newcomer, veteran]) await insertSlot(api, jobId, as, { slot: as, deadline });
    const paid = await insertJob(api, { status: "completed" });
    await insertSlot(api, paid, veteran, { slot: 0, status: "submitted", paidWei: 1n });
    expect((await submit(veteran)).status).toBe(202);
    expect(await submit(newcomer)).toMatchObject({ status: 409, body: { error: { code: "not-ready" } } });
    const began = await api.call("POST", "/uploads", {
      as: newcomer,
      headers: {
        ...{ "tus-resumable": "1.0.0", "upload-length": "100" },
        "upload-metadata": `purpose ${btoa("adapter")},jobId ${btoa(jobId.toString())}`,
      },
    });
    expect(began.status).toBe(201);
    expect((await submit(newcomer)).status).toBe(202);
    await api.db.delete(transactions);
  });

  it("contributions show what was paid and what is still to come, page by page", async () => {
    const api = world();
    const { jobId } = await insertRunningJob(api, { stakeWei: 2_000n });
    const paid = await insertRunningJob(api, { status: "completed" });
    const mine = and(eq(slots.jobId, paid.jobId), eq(slots.contributor, api.wallet(secondContributor)));
    await api.db.update(slots).set({ status: "submitted", paidWei: 500n }).where(mine);
    await insertSubmission(api, paid.jobId, secondContributor);
    const [own, others] = [secondContributor, firstContributor].map((index) => ({
      contributor: api.wallet(index),
    }));
    await insertEvent(api, paid.jobId, "JobAccepted", own);
    await insertEvent(api, paid.jobId, "JobAccepted", others);
    await insertEvent(api, paid.jobId, "JobCompleted", own);
    const client = await api.client(secondContributor);
    const found = [];
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const page = await client.listMyContributions({ limit: 3, cursor });
      found.push(...page.items);
      cursor = page.nextCursor;
    }
    expect(new Set(found.map((item) => item.jobId)).size).toBe(found.length);
    expect(found.find((item) => item.jobId === `${jobId}`)).toMatchObject({
      pendingWei: "1000",
      paidWei: null,
    });
    expect(found.find((item) => item.jobId === `${paid.jobId}`)).toMatchObject({
      pendingWei: null,
      paidWei: "500",
      jobStatus: "completed",
      adapterCid: expect.stringMatching(/^bafkrei/),
    });
    const { items } = await client.getTimeline(`${paid.jobId}`);
    const [accepted, , ended] = items.map(({ transactionHash }) => transactionHash);
    expect(found.find((item) => item.jobId === `${paid.jobId}`)?.transactions).toEqual({
      accepted,
      submitted: null,
      ended,
    });
    await insertBalance(api, secondContributor, 77n);
    const earlier = `0x${"e5".repeat(20)}`;
    await insertBalance(api, secondContributor, 33n, earlier);
    expect(await client.getMyBalance()).toEqual({
      withdrawableWei: "77",
      elsewhere: [{ escrow: earlier, withdrawableWei: "33" }],
    });
    expect(await (await api.client(stranger)).getMyBalance()).toEqual({
      withdrawableWei: "0",
      elsewhere: [],
    });
  });

  it("a contributor sets its GPU tier, and its profile and the pool show it beside the chain's counts", async () => {
    const api = world();
    const client = await api.client(firstContributor);
    expect(await client.getProfile()).toMatchObject({ gpuTier: null, jobsAccepted: 0, memberSince: null });
    await client.setGpuTier("Apple Silicon");
    await client.setGpuTier("8–16GB VRAM", { measured: true });
    await insertStats(api, api.wallet(firstContributor), { jobsActive: 1, requesters: 2 });
    expect(await client.getProfile()).toMatchObject({
      gpuTier: "8–16GB VRAM",
      jobsCompleted: 3,
      earnedWei: "1500",
      requesters: 2,
    });
    const wrong = await api.call("PUT", "/profile/gpu-tier", {
      as: firstContributor,
      json: { gpuTier: "Abacus" },
    });
    expect(wrong.status).toBe(400);
    const pool = await client.getContributorPool({ search: "8–16" });
    expect(pool.items).toMatchObject([
      {
        wallet: truncateAddress(api.wallet(firstContributor)),
        completionRate: 0.75,
        requesters: 2,
        paidAtLeastWei: "1000",
        active: true,
        gpuTier: "8–16GB VRAM",
        gpuMeasured: true,
        explorerUrl: expect.stringMatching(/\/jobs\/contributor-pool\/[0-9a-f]{16}\/explorer$/),
      },
    ]);
    expect(pool.items[0]).not.toHaveProperty("earnedWei");
    expect(JSON.stringify(pool)).not.toContain(api.wallet(firstContributor).slice(2));
  });

  it("a contributor's public profile shows its closed jobs, and neither wallet nor earnings nor present work", async () => {
    const api = world();
    const wallet = api.wallet(9);
    await insertStats(api, wallet, { jobsAccepted: 2, jobsEnded: 1, jobsCompleted: 1, jobsActive: 1 });
    const [closedId, openId] = [await insertJob(api), await insertJob(api)];
    for (const jobId of [closedId, openId]) await insertSlot(api, jobId, 9);
    await api.db.update(jobs).set({ status: "completed" }).where(eq(jobs.jobId, closedId));
    await api.db.update(slots).set({ paidWei: 500n }).where(eq(slots.jobId, closedId));
    const client = await api.client(stranger);
    const { items } = await client.getContributorPool({ search: wallet });
    const profile = await client.getContributor(items[0]?.profileId ?? "");
    expect(profile).toMatchObject({
      ...items[0],
      jobsAccepted: 2,
      completionRate: 1,
      history: [{ jobId: `${closedId}`, outcome: "paid" }],
    });
    expect(profile.history.map(({ jobId }) => jobId)).not.toContain(`${openId}`);
    expect(JSON.stringify(profile)).not.toMatch(new RegExp(`${wallet.slice(2)}|1500|earned`));

    const explorer = await api.call("GET", `/jobs/contributor-pool/${profile.profileId}/explorer`);
    expect([explorer.status, explorer.headers.get("location")]).toEqual([
      302,
      `https://explorer.test/address/${wallet}`,
    ]);
    for (const path of ["", "/explorer"]) {
      const unknown = await api.call("GET", `/jobs/contributor-pool/${"0".repeat(16)}${path}`);
      expect(unknown.status).toBe(404);
      expect((await api.call("GET", `/jobs/contributor-pool/me${path}`)).status).toBe(400);
    }
  });

  it("a contributor whose first job has not ended yet has no completion rate, in the pool and at its slot", async () => {
    const api = world();
    const wallet = api.wallet(8);
    await insertStats(api, wallet, { jobsAccepted: 1, jobsEnded: 0, jobsCompleted: 0, jobsActive: 1 });
    const jobId = await insertJob(api);
    await insertSlot(api, jobId, 8);
    const client = await api.client(stranger);
    const { items } = await client.getContributorPool({ search: wallet });
    expect(items).toMatchObject([{ completionRate: null, active: true }]);
    const { slots: taken } = await client.getJob(`${jobId}`);
    expect(taken).toMatchObject([{ completionRate: null }]);
  });

  it("the totals count what the chain's tables hold", async () => {
    const api = world();
    const before = await (await api.call("GET", "/totals", { at: await api.serveWith({}) })).body;
    await insertStats(api, "0x0000000000000000000000000000000000007074", {
      jobsActive: 2,
      earnedWei: 10n ** 24n,
    });
    const after = (await api.call("GET", "/totals", { at: await api.serveWith({}) })).body;
    expect(after).toMatchObject({
      contributors: Number(before.contributors) + 1,
      contributorsActive: Number(before.contributorsActive) + 1,
      paidWei: (BigInt(String(before.paidWei)) + 10n ** 24n).toString(),
    });
  });

  it.each(["standing", "jobsCompleted", "completionRate", "memberSince"])(
    "the pool sorted by %s shows everybody once",
    async (sort) => {
      const api = world();
      for (let count = 1; count <= 4; count++) {
        const contributor = `0x${sort.length.toString(16).padStart(20, "0")}${String(count).padStart(20, "0")}`;
        await insertStats(api, contributor, {
          ...{ jobsEnded: 3, jobsCompleted: count % 3, standing: Math.sqrt(count % 3) },
        });
      }
      const client = await api.client(stranger);
      const ids: string[] = [];
      const ranks: number[] = [];
      for (let cursor: string | null | undefined; cursor !== null; ) {
        const page = await client.getContributorPool({ limit: 2, cursor, sort });
        ids.push(...page.items.map(({ profileId }) => profileId));
        ranks.push(
          ...page.items.map((item) =>
            sort === "completionRate" ? (item.completionRate ?? 0) : item.jobsCompleted,
          ),
        );
        cursor = page.nextCursor;
      }
      expect(new Set(ids).size).toBe(ids.length);
      expect(ids.length).toBeGreaterThanOrEqual(4);
      if (sort === "jobsCompleted" || sort === "completionRate")
        expect(ranks).toEqual([...ranks].sort((a, b) => b - a));
      const first = await client.getContributorPool({ limit: 1, sort });
      const other = sort === "memberSince" ? "jobsCompleted" : "memberSince";
      const mixed = `/jobs/contributor-pool?sort=${other}&cursor=${first.nextCursor}`;
      expect((await api.call("GET", mixed)).status).toBe(400);
    },
  );

  it("a job that is not open takes no submission", async () => {
    const api = world();
    const { jobId } = await insertRunningJob(api);
    const { json } = await signedSubmission(api, jobId);
    await api.db.update(jobs).set({ status: "completed" }).where(eq(jobs.jobId, jobId));
    const answer = await api.call("POST", "/jobs/submit-adapter", { as: firstContributor, json });
    expect(answer).toMatchObject({ status: 409, body: { error: { code: "conflict" } } });
  });
}
