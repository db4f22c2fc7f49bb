import { drafts, llmFinetuneJobs } from "@trainchain/db";
import type { Series } from "@trainchain/protocol";
import { eq } from "drizzle-orm";
import { expect, it } from "vitest";
import {
  firstContributor as ann,
  secondContributor as bob,
  cidOf,
  insertAggregation,
  insertDraft,
  insertEvent,
  insertJob,
  insertSlot,
  requester,
  requestOf,
  specOf,
} from "./fixtures.ts";
import type { TestApi } from "./start-test-api.ts";

const [cem, dan] = [6, 7] as const;

type Accepted = { contributor: number; slot: number };

/** A round of two as worker and indexer write it, with who took which slot, in this order. */
async function insertRound(
  api: TestApi,
  { id, previousJobId }: { id?: string; previousJobId?: bigint },
  acceptances: Accepted[],
) {
  const round = previousJobId === undefined ? 1 : 2;
  const draft = await insertDraft(api, { preparation: "ready" });
  const start = { cid: await cidOf("start"), sha256: "b".repeat(64), sizeBytes: 1_000, rank: 8 };
  const series: Series = {
    id: id ?? draft.id,
    round,
    rounds: 2,
    previousJobId: previousJobId?.toString() ?? null,
    start: round === 1 ? null : start,
    lastMean: round === 1 ? null : start,
    momentum: 0.5,
  };
  await api.db
    .update(drafts)
    .set({ firstDraftId: series.id, round, request: requestOf({ rounds: 2, rewardWei: "1001" }) })
    .where(eq(drafts.id, draft.id));
  await api.db
    .update(llmFinetuneJobs)
    .set({ spec: specOf(draft.id, { series }) })
    .where(eq(llmFinetuneJobs.draftId, draft.id));
  const list = async () => {
    const status = round === 1 ? "completed" : "open";
    const jobId = await insertJob(api, { specCid: draft.specCid, status });
    for (const { contributor, slot } of acceptances) await accept(api, jobId, contributor, slot);
    return jobId;
  };
  return { ...draft, series, list };
}

async function accept(api: TestApi, jobId: bigint, contributor: number, slot: number): Promise<void> {
  await insertEvent(api, jobId, "JobAccepted", { contributor: api.wallet(contributor), slot });
  await insertSlot(api, jobId, contributor, { slot });
}

/** A first round that Ann and Bob have done, and a second that is open with these acceptances. */
async function insertBothRounds(api: TestApi, acceptances: Accepted[]) {
  const first = await insertRound(api, {}, [
    { contributor: ann, slot: 0 },
    { contributor: bob, slot: 1 },
  ]);
  const previousJobId = await first.list();
  const second = await insertRound(api, { id: first.id, previousJobId }, acceptances);
  return { first, second, previousJobId, jobId: await second.list() };
}

const assignment = (api: TestApi, jobId: bigint, as: number) =>
  api.call("GET", `/jobs/${jobId}/assignment`, { as });

export function roundsBehaviour(world: () => TestApi): void {
  it("a request of three rounds is one draft with a third of the reward, until a round is done", async () => {
    const api = world();
    const client = await api.client(requester);
    const upload = await client.createUpload(new File(['{"instruction":"a","output":"b"}\n'], "rows.jsonl"));
    const request = { uploadId: upload.id, model: "toy", rounds: 3, rewardWei: "1000" };
    const draft = await client.requestJob("llm-finetune", request);
    expect(draft).toMatchObject({ stakeWei: "334", series: { round: 1, rounds: 3, totalWei: "1000" } });
    const rows = await api.sql<{ id: string; round: number }>`
      select id, round from drafts where first_draft_id = ${draft.id} order by round`;
    expect(rows.map(({ round }) => round)).toEqual([1, 2, 3]);
    const shown = await client.listDrafts({ limit: 100 });
    expect(shown.items.filter(({ id }) => rows.some((row) => row.id === id))).toHaveLength(1);
    expect((await api.call("GET", `/drafts/${rows[1]?.id}`, { as: requester })).status).toBe(404);
    await client.deleteDraft(draft.id);
    const [left] = await api.sql<{ count: string }>`
      select count(*) from drafts where first_draft_id = ${draft.id} and deleted_at is null`;
    expect(Number(left?.count)).toBe(0);
  });

  it("several rounds of factors averaged apart, or with too little for each, are refused", async () => {
    const ask = (changes: object) =>
      world().call("POST", "/jobs/llm-finetune", {
        as: requester,
        json: { uploadId: "unknown-upload", model: "toy", rewardWei: "1000", rounds: 2, ...changes },
      });
    expect((await ask({ method: "fedavg" })).status).toBe(400);
    expect((await ask({ rewardWei: "7" })).status).toBe(400);
    expect((await ask({ rounds: 17 })).status).toBe(400);
  });

  it("a round that is done names the draft of the next to its requester alone, then its job", async () => {
    const api = world();
    const first = await insertRound(api, {}, []);
    const jobId = await first.list();
    const next = await insertRound(api, { id: first.id, previousJobId: jobId }, []);
    const view = async (as?: number) => (await api.call("GET", `/jobs/${jobId}`, as ? { as } : {})).body;
    expect(await view(requester)).toMatchObject({ series: { nextDraftId: next.id, nextJobId: null } });
    expect(await view(ann)).toMatchObject({ series: { nextDraftId: null } });
    expect((await view()).nextStep).toMatchObject({ text: expect.stringContaining(`job continue ${jobId}`) });
    const draft = (await api.call("GET", `/drafts/${next.id}`, { as: requester })).body;
    expect(draft).toMatchObject({ stakeWei: "500", series: { round: 2, previousJobId: `${jobId}` } });
    const nextJobId = await next.list();
    expect(await view(requester)).toMatchObject({ series: { nextDraftId: null, nextJobId: `${nextJobId}` } });
  });

  it("a round whose draft was deleted does not take place, and its predecessor says so", async () => {
    const api = world();
    const first = await insertRound(api, {}, []);
    const jobId = await first.list();
    const next = await insertRound(api, { id: first.id, previousJobId: jobId }, []);
    const view = async () => (await api.call("GET", `/jobs/${jobId}`, { as: requester })).body;
    await insertAggregation(api, { jobId, specCid: first.specCid });
    expect(await view()).toMatchObject({ series: { nextMayCome: true } });
    await (await api.client(requester)).deleteDraft(next.id);
    expect(await view()).toMatchObject({
      series: { nextMayCome: false, nextDraftId: null, nextJobId: null },
      nextStep: { text: expect.stringContaining("do not take place") },
    });
  });

  it("a wallet gets the shard that it had, in whatever slot, with the round's start and the key to it", async () => {
    const api = world();
    const { jobId, second } = await insertBothRounds(api, [{ contributor: bob, slot: 0 }]);
    const { status, body } = await assignment(api, jobId, bob);
    expect(status).toBe(200);
    expect(body).toMatchObject({ slot: 0, shard: { cid: await cidOf(`shard 1 ${second.id}`) } });
    expect(body.start).toMatchObject({
      ...second.series.start,
      identity: expect.stringMatching(/^AGE-SECRET-KEY-1/),
    });
  });

  it("a newcomer waits while others may come back, and then gets what nobody came back for", async () => {
    const api = world();
    const { jobId, second } = await insertBothRounds(api, [{ contributor: cem, slot: 0 }]);
    expect(await assignment(api, jobId, cem)).toMatchObject({
      status: 409,
      body: { error: { code: "not-ready" } },
    });
    await accept(api, jobId, ann, 1);
    const { body } = await assignment(api, jobId, cem);
    expect(body).toMatchObject({ shard: { cid: await cidOf(`shard 1 ${second.id}`) } });
  });

  it("a wallet whose shard was given away is told so before it takes a slot, and is given no other", async () => {
    const api = world();
    const { jobId } = await insertBothRounds(api, [
      { contributor: cem, slot: 0 },
      { contributor: dan, slot: 1 },
    ]);
    await insertEvent(api, jobId, "SlotReleased", { contributor: api.wallet(dan) });
    const shown = async (as: number) => (await api.call("GET", `/jobs/${jobId}`, { as })).body.series;
    expect(await shown(ann)).toMatchObject({ yourShardIsTaken: true });
    expect(await shown(bob)).toMatchObject({ yourShardIsTaken: false });
    await accept(api, jobId, ann, 1);
    expect(await assignment(api, jobId, ann)).toMatchObject({
      status: 409,
      body: { error: { code: "conflict" } },
    });
  });
}
