import { randomUUID } from "node:crypto";
import { trialAnswers } from "@trainchain/db";
import { deleteTrials } from "@trainchain/db/market";
import { trialLimits } from "@trainchain/protocol";
import { expect, it } from "vitest";
import {
  evaluation,
  insertAggregation,
  insertDraft,
  insertJob,
  insertTrial,
  requester,
  stranger,
} from "./fixtures.ts";
import type { TestApi } from "./start-test-api.ts";

/** A completed job whose result this platform can run. */
async function insertTriable(api: TestApi, changes: { evaluation?: typeof evaluation } = { evaluation }) {
  const { specCid } = await insertDraft(api, { preparation: "ready" });
  const jobId = await insertJob(api, { specCid, status: "completed", closedAt: new Date() });
  await insertAggregation(api, { jobId, specCid, ...changes });
  return jobId;
}

/** What a worker writes once the models have spoken. */
async function answer({ db }: TestApi, trialId: string): Promise<void> {
  const said = (model: "base" | "tuned") => ({ model, text: `I am ${model}.`, tokens: 4, seconds: 0.5 });
  const answers = [said("base"), said("tuned")];
  await db.insert(trialAnswers).values({ trialId, status: "answered", answers });
}

export function trialBehaviour(world: () => TestApi): void {
  it("a prompt is queued and answered; only then may the same wallet ask again", async () => {
    const api = world();
    await api.db.delete(trialAnswers);
    await deleteTrials(api.db, new Date(Date.now() + 1_000));
    const jobId = await insertTriable(api);
    const client = await api.client(requester);
    const asked = await client.tryResult(jobId, "  Name three colours.  ");
    expect(asked).toMatchObject({ prompt: "Name three colours.", status: "queued", answers: [] });
    await expect(client.tryResult(jobId, "Another")).rejects.toMatchObject({ code: "conflict" });
    await answer(api, asked.id);
    expect(await client.getTrial(jobId, asked.id)).toMatchObject({
      status: "answered",
      answers: [{ model: "base", text: "I am base." }, { model: "tuned" }],
    });
    const twice = await Promise.allSettled([client.tryResult(jobId, "A"), client.tryResult(jobId, "B")]);
    expect(twice.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
  });

  it("a prompt that nobody came to has failed in time, and stands in nobody's way", async () => {
    const api = world();
    await deleteTrials(api.db, new Date(Date.now() + 1_000));
    const jobId = await insertTriable(api);
    const client = await api.client(requester);
    const askedAt = new Date(Date.now() - trialLimits.answerMs - 1_000);
    const late = await insertTrial(api, jobId, { askedAt });
    expect(await client.getTrial(jobId, late)).toMatchObject({
      status: "failed",
      error: { code: "timeout" },
    });
    expect(await client.tryResult(jobId, "Again")).toMatchObject({ status: "queued" });
    await deleteTrials(api.db, new Date(Date.now() - trialLimits.answerMs));
    await expect(client.getTrial(jobId, late)).rejects.toMatchObject({ code: "not-found" });
  });

  it.each([
    ["that says nothing", "   "],
    ["that is too long", "x".repeat(trialLimits.promptCharacters + 1)],
  ])("a prompt %s is refused", async (_, prompt) => {
    const api = world();
    const jobId = await insertTriable(api);
    const path = `/jobs/${jobId}/trials`;
    expect((await api.call("POST", path, { as: requester, json: { prompt } })).status).toBe(400);
  });

  it("a result of a platform that runs no models, and one that is not there yet, cannot be tried", async () => {
    const api = world();
    const client = await api.client(requester);
    const unmeasured = await insertTriable(api, {});
    await expect(client.tryResult(unmeasured, "Hello")).rejects.toMatchObject({ code: "conflict" });
    const open = await insertJob(api);
    await expect(client.tryResult(open, "Hello")).rejects.toMatchObject({ code: "not-ready" });
  });

  it("nobody reads another's prompt, nor finds it under another job", async () => {
    const api = world();
    const [jobId, other] = [await insertTriable(api), await insertTriable(api)];
    const trialId = await insertTrial(api, jobId);
    const statusOf = async (job: bigint | string, as: number, id: string = trialId) =>
      (await api.call("GET", `/jobs/${job}/trials/${id}`, { as })).status;
    expect(await statusOf(jobId, requester)).toBe(200);
    expect(await statusOf(jobId, stranger)).toBe(404);
    expect(await statusOf(other, requester)).toBe(404);
    expect(await statusOf(jobId, requester, randomUUID())).toBe(404);
    expect(await statusOf("none", requester)).toBe(400);
  });
}
