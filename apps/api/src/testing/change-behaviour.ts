import { randomUUID } from "node:crypto";
import { drafts, preparations } from "@trainchain/db";
import { type DraftView, kindOf } from "@trainchain/protocol";
import { waitFor } from "@trainchain/testing";
import { eq } from "drizzle-orm";
import { sendTransaction } from "viem/actions";
import { expect, it } from "vitest";
import { insertDraft, insertJob, insertRunningJob, requester, requestOf, stranger } from "./fixtures.ts";
import type { TestApi } from "./start-test-api.ts";

export function changeBehaviour(world: () => TestApi): void {
  const change = (
    id: string,
    json: Record<string, unknown>,
    { as = requester, headers = {} }: { as?: number; headers?: Record<string, string> } = {},
  ) => world().call("PATCH", `/drafts/${id}`, { as, json, headers });
  const client = () => world().client(requester);
  const tasksOf = (draftId: string) =>
    world().sql<{ name: string }>`
      select name from pgboss.job where singleton_key = ${`shard-dataset/${draftId}`}`;

  it("terms alone change at once, under the same spec", async () => {
    const { id, specCid } = await insertDraft(world(), { preparation: "ready" });
    const draft = await (await client()).changeDraft(id, {
      rewardWei: "5000",
      minContributors: 1,
      acceptWithinSeconds: 7_200,
      trainingPeriodSeconds: 3_600,
      reviewPeriodSeconds: 10_800,
    });
    expect(draft).toMatchObject({
      ...{ id, status: "ready", stakeWei: "5000" },
      terms: { specCid, minContributors: 1, maxContributors: 2, trainingPeriod: 3_600, reviewPeriod: 10_800 },
      changeable: { rewardWei: "5000", minContributors: 1, acceptWithinSeconds: 7_200 },
    });
    expect(await tasksOf(id)).toEqual([]);
    // The same again changes nothing.
    expect((await (await client()).changeDraft(id, { rewardWei: "5000" })).id).toBe(id);
  });

  it("what the public spec says is prepared anew as another draft, which takes the place of this one", async () => {
    const api = world();
    const { id } = await insertDraft(api, { preparation: "ready" });
    const changes = {
      title: "Good manners",
      epochs: 5,
      learningRate: 0.001,
      maxLength: 256,
      contributors: 4,
    };
    const draft = await (await client()).changeDraft(id, changes);
    expect(draft).toMatchObject({
      status: "preparing",
      title: "Good manners",
      terms: null,
      changeable: null,
    });
    expect(draft.id).not.toBe(id);
    expect(await tasksOf(draft.id)).toHaveLength(1);
    const [row] = await api.db.select().from(drafts).where(eq(drafts.id, draft.id));
    // All of them were needed, and all of them are.
    expect(row).toMatchObject({
      changedFromId: id,
      request: { ...changes, minContributors: 4, rewardWei: "1000" },
    });
    const gone = await api.call("GET", `/drafts/${id}`, { as: requester });
    expect(gone).toMatchObject({ status: 404, body: { error: { fix: expect.stringContaining(draft.id) } } });
    const { items } = await (await client()).listDrafts({ limit: 100 });
    expect(items.filter((item: DraftView) => [id, draft.id].includes(item.id))).toHaveLength(1);
    expect((await change(draft.id, { title: "Again" })).body.error?.message).toContain(
      "still being prepared",
    );
  });

  it("a change that could not be prepared can be changed again, from the same data", async () => {
    const api = world();
    const { id } = await insertDraft(api, { preparation: "ready" });
    const failed = await (await client()).changeDraft(id, { maxLength: 64 });
    await api.db.insert(preparations).values({ draftId: failed.id, status: "failed" });
    // Also by terms alone: it has no spec of its own.
    const again = await (await client()).changeDraft(failed.id, { rewardWei: "7000" });
    const [row] = await api.db.select().from(drafts).where(eq(drafts.id, again.id));
    expect(row).toMatchObject({ changedFromId: id, request: { maxLength: 64, rewardWei: "7000" } });
    const { id: refused } = await insertDraft(api, { preparation: "failed" });
    expect(await change(refused, { rewardWei: "7000" })).toMatchObject({ status: 409 });
  });

  it("a request is prepared anew five times at most: each time its data is sealed once more", async () => {
    const api = world();
    let id: string = (await insertDraft(api, { preparation: "ready" })).id;
    for (let epochs = 4; epochs < 9; epochs++) {
      ({ id } = await (await client()).changeDraft(id, { epochs }));
      await api.db.insert(preparations).values({ draftId: id, status: "failed" });
    }
    expect(await change(id, { epochs: 9 })).toMatchObject({
      status: 409,
      body: {
        error: { message: expect.stringContaining("changed 5 times"), fix: expect.stringContaining("Pay") },
      },
    });
    expect(await (await client()).getDraft(id)).toMatchObject({ id, status: "failed" });
  });

  it("a draft that was changed twice is named as what it is now, whoever asks for, changes or deletes it", async () => {
    const api = world();
    const { id } = await insertDraft(api, { preparation: "ready" });
    const second = await (await client()).changeDraft(id, { title: "Twice" });
    await api.db.insert(preparations).values({ draftId: second.id, status: "failed" });
    const third = await (await client()).changeDraft(second.id, { title: "Thrice" });
    const error = { fix: expect.stringContaining(third.id) };
    for (const old of [id, second.id]) {
      const asked = [
        await api.call("GET", `/drafts/${old}`, { as: requester }),
        await change(old, { title: "Late" }),
        await api.call("DELETE", `/drafts/${old}`, { as: requester }),
      ];
      for (const answer of asked) expect(answer).toMatchObject({ status: 404, body: { error } });
      const foreign = await api.call("GET", `/drafts/${old}`, { as: stranger });
      expect(foreign.text).not.toContain(third.id);
    }
  });

  it("a draft that is deleted while it changes is not deleted, and the answer says what it is then", async () => {
    const api = world();
    const { id } = await insertDraft(api, { preparation: "ready" });
    const changedTo = randomUUID();
    let deleted: ReturnType<typeof api.call> | undefined;
    await api.db.transaction(async (tx) => {
      const [old] = await tx
        .update(drafts)
        .set({ deletedAt: new Date() })
        .where(eq(drafts.id, id))
        .returning();
      await tx.insert(drafts).values({ ...old!, id: changedTo, changedFromId: id, deletedAt: null });
      deleted = api.call("DELETE", `/drafts/${id}`, { as: requester });
      await waitFor("the deletion to wait for the change", async () => {
        const waiting =
          await api.sql`select pid from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`;
        return waiting.length > 0;
      });
    });
    const error = { fix: expect.stringContaining(changedTo) };
    expect(await deleted).toMatchObject({ status: 404, body: { error } });
    expect((await api.call("GET", `/drafts/${changedTo}`, { as: requester })).status).toBe(200);
  });

  it("the rounds of a request change together, before the first is paid for", async () => {
    const api = world();
    const { id } = await insertDraft(api, { preparation: "ready" });
    const later = await insertDraft(api, { preparation: "ready" });
    const request = requestOf({ rounds: 2 });
    await api.db.update(drafts).set({ request, firstDraftId: id }).where(eq(drafts.id, id));
    await api.db.update(drafts).set({ request, firstDraftId: id, round: 2 }).where(eq(drafts.id, later.id));
    expect((await (await client()).changeDraft(id, { rewardWei: "4001" })).stakeWei).toBe("2001");
    expect((await (await client()).getDraft(later.id)).stakeWei).toBe("2000");
    expect((await change(later.id, { rewardWei: "9" })).body.error?.message).toContain("is round 2");
    const changed = await (await client()).changeDraft(id, { epochs: 4 });
    const rows = await api.db.select().from(drafts).where(eq(drafts.firstDraftId, changed.id));
    expect(rows.map(({ round }) => round).toSorted()).toEqual([1, 2]);
    expect((await api.call("GET", `/drafts/${later.id}`, { as: requester })).status).toBe(404);
  });

  it("what is not possible changes nothing, and the answer names the field", async () => {
    const { id } = await insertDraft(world(), { preparation: "ready" });
    const before = await (await client()).getDraft(id);
    for (const [changes, word] of [
      [{ minContributors: 3 }, "minContributors"],
      [{ rewardWei: "3" }, "rewardWei"],
      [{ maxLength: 2_048 }, "maxLength"],
      [{ learningRate: 1e-12 }, "learningRate"],
      [{ learningRate: 0.05 }, "learningRate"],
      [{ epochs: 101 }, "epochs"],
      [{ acceptWithinSeconds: 59 }, "acceptWithinSeconds"],
      [{ title: "two\nlines" }, "title"],
      [{ uploadId: "another-upload" }, "uploadId"],
    ] as const) {
      const answer = await change(id, changes);
      expect(answer, JSON.stringify(changes)).toMatchObject({ status: 400 });
      expect(answer.text, JSON.stringify(changes)).toContain(word);
    }
    expect((await change("x".repeat(65), {})).status).toBe(400);
    expect({ ...(await (await client()).getDraft(id)), terms: null }).toEqual({ ...before, terms: null });
  });

  it("an image job has no number of contributors and no length to change", async () => {
    const api = world();
    const { id } = await insertDraft(api, { preparation: "ready" });
    const request = { uploadId: "0123456789abcdef", rewardWei: "1000" };
    await api.db.update(drafts).set({ kind: "image-classification", request }).where(eq(drafts.id, id));
    expect(kindOf("image-classification").changeable).not.toContain("contributors");
    expect((await change(id, { contributors: 3 })).body.error?.message).toMatch(/^contributors: /);
    expect((await change(id, { rewardWei: "3000" })).status).toBe(200);
  });

  it("a draft is changed by its own wallet, and by none once it is a job", async () => {
    const { id } = await insertDraft(world(), { preparation: "ready" });
    expect((await change(id, { title: "Mine" }, { as: stranger })).status).toBe(404);
    const { draftId } = await insertRunningJob(world());
    expect(await change(draftId, { rewardWei: "2000" })).toMatchObject({
      status: 409,
      body: { error: { code: "conflict", message: expect.stringContaining("on chain") } },
    });
  });

  it("a draft whose stake is on its way, or mined and not listed yet, does not change", async () => {
    const api = world();
    const { id, specCid } = await insertDraft(api, { preparation: "ready" });
    const { client: node, signer, openJob } = api.chain;
    await node.setAutomine(false);
    const hash = await sendTransaction(signer(requester), { to: api.wallet(requester), value: 1n });
    try {
      const message = expect.stringContaining("on its way");
      expect(await change(id, { rewardWei: "2000" })).toMatchObject({
        status: 409,
        body: { error: { message } },
      });
      // What changes nothing, or cannot change, asks the chain nothing.
      expect((await change(id, { rewardWei: "1000" })).status).toBe(200);
      const { draftId } = await insertRunningJob(api);
      expect((await change(draftId, { rewardWei: "2000" })).body.error?.message).toContain("on chain");
    } finally {
      await node.setAutomine(true);
      await node.mine({ blocks: 1 });
    }
    await node.waitForTransactionReceipt({ hash });
    const jobId = await openJob({ specCid });
    const message = expect.stringContaining(`as job ${jobId}`);
    expect(await change(id, { title: "Late" })).toMatchObject({ status: 409, body: { error: { message } } });
  });

  it("a draft that was paid on an earlier escrow never asks for its stake again, nor one that it is changed into", async () => {
    const api = world();
    const { id, specCid } = await insertDraft(api, { preparation: "ready" });
    const own = await client();
    const { terms } = await own.getDraft(id);
    expect(terms).not.toBeNull();
    const earlier = `0x${"1e".repeat(20)}` as const;
    const jobId = await insertJob({ ...api, escrow: earlier }, { specCid });
    const { items } = await own.listDrafts({ limit: 100 });
    for (const draft of [await own.getDraft(id), items.find((item: DraftView) => item.id === id)])
      expect(draft).toMatchObject({
        ...{ status: "failed", terms: null, jobId: null },
        error: {
          code: "conflict",
          message: expect.stringContaining(`job ${jobId} of the escrow ${earlier}`),
        },
      });
    const [row] = await api.db.select().from(drafts).where(eq(drafts.id, id));
    const { id: changed } = await insertDraft(api, { preparation: "ready", uploadId: row!.uploadId });
    expect(await own.getDraft(changed)).toMatchObject({ status: "failed", terms: null });
  });

  it("a stake that was sent by another node stands in the way of a change, and is told of the draft after it", async () => {
    const api = world();
    const { id, specCid } = await insertDraft(api, { preparation: "ready" });
    const own = await client();
    const { client: node, signer } = api.chain;
    const nonce = await node.getTransactionCount({ address: api.wallet(requester) });
    const stake = { transaction: `0x${"5e".repeat(32)}`, nonce } as const;
    // Changed between the signature and the word of it.
    const { id: later } = await own.changeDraft(id, { title: "Meanwhile" });
    await own.noteStake(id, stake);
    expect((await own.getDraft(later)).stake).toEqual({ ...stake, specCid, jobId: null });
    const jobId = await insertJob(api, { specCid });
    expect((await own.getDraft(later)).stake?.jobId).toBe(`${jobId}`);
    await expect((await world().client(stranger)).noteStake(later, stake)).rejects.toMatchObject({
      code: "not-found",
    });
    const { id: staked } = await insertDraft(api, { preparation: "ready" });
    const wrong = { as: requester, json: { ...stake, nonce: -1 } };
    expect((await api.call("PUT", `/drafts/${staked}/stake`, wrong)).status).toBe(400);
    await own.noteStake(staked, stake);
    const message = expect.stringContaining("on its way (0x5e5e");
    expect(await change(staked, { title: "Late" })).toMatchObject({
      status: 409,
      body: { error: { message } },
    });
    // Something else has taken its place among the wallet's transactions.
    const hash = await sendTransaction(signer(requester), { to: api.wallet(requester), value: 1n });
    await node.waitForTransactionReceipt({ hash });
    expect((await change(staked, { rewardWei: "2000" })).status).toBe(200);
  });

  it("who signed the spec of before a change gets the job of it", async () => {
    const api = world();
    const { id, specCid } = await insertDraft(api, { preparation: "ready" });
    await (await client()).changeDraft(id, { title: "Later" });
    const jobId = await insertJob(api, { specCid });
    expect(await (await client()).getJob(jobId.toString())).toMatchObject({
      spec: { draftId: id },
      own: true,
    });
  });

  it("a change that is sent again under its Idempotency-Key makes one draft, also when two come at once", async () => {
    const { id } = await insertDraft(world(), { preparation: "ready" });
    const headers = { "idempotency-key": "change-1" };
    const answers = await Promise.all([1, 2, 3].map(() => change(id, { title: "Once" }, { headers })));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(new Set(answers.map(({ body }) => (body.draft as DraftView).id)).size).toBe(1);
    expect((await change(id, { title: "Other" }, { headers })).status).toBe(409);
    expect((await change(id, { title: "Once" })).status).toBe(404);
  });

  it("terms that are sent again under their Idempotency-Key change nothing a second time", async () => {
    const { id } = await insertDraft(world(), { preparation: "ready" });
    const headers = { "idempotency-key": "change-2" };
    expect((await change(id, { rewardWei: "3000" }, { headers })).status).toBe(200);
    expect((await change(id, { rewardWei: "5000" })).status).toBe(200);
    const again = await change(id, { rewardWei: "3000" }, { headers });
    expect(again).toMatchObject({ status: 200, body: { draft: { id, stakeWei: "5000" } } });
    expect((await change(id, { rewardWei: "4000" }, { headers })).status).toBe(409);
    // Also once another draft has taken its place.
    const { id: later } = await (await client()).changeDraft(id, { title: "Later" });
    expect(await change(id, { rewardWei: "3000" }, { headers })).toMatchObject({
      status: 200,
      body: { draft: { id: later } },
    });
  });
}
