import { createApiClient } from "@trainchain/api-client";
import { expect, it } from "vitest";
import { cleanUp } from "../clean-up.ts";
import { insertDraft, insertJob, insertRunningJob, requester, stranger } from "./fixtures.ts";
import type { TestApi } from "./start-test-api.ts";
import { beginUpload } from "./upload-behaviour.ts";

async function uploadedDataset(api: TestApi): Promise<string> {
  const client = await api.client(requester);
  const { id } = await client.createUpload(new File(['{"instruction":"a","output":"b"}\n'], "rows.jsonl"));
  return id;
}

export function requestBehaviour(world: () => TestApi): void {
  it("a request becomes a draft and a queued task in one transaction, with every open choice decided", async () => {
    const api = world();
    const client = await api.client(requester);
    const uploadId = await uploadedDataset(api);
    const draft = await client.requestJob("llm-finetune", { uploadId, model: "toy", rewardWei: "1000" });
    expect(draft).toMatchObject({ status: "preparing", terms: null, jobId: null, stakeWei: "1000" });
    const [task] = await api.sql<{ name: string }>`
      select name from pgboss.job where singleton_key = ${`shard-dataset/${draft.id}`}`;
    expect(task?.name).toBe("shard-dataset");
    const [row] = await api.sql<{ request: Record<string, unknown> }>`
      select request from drafts where id = ${draft.id}`;
    expect(row?.request).toMatchObject({ alpha: 16, minContributors: 2, rewardWei: "1000" });
    expect(row?.request.seed).toEqual(expect.any(Number));
  });

  it("a model's tokenizer is given to whoever wants to count before a request", async () => {
    const api = world();
    const ask = (model: string) => api.call("GET", `/tokenizer?model=${encodeURIComponent(model)}`);
    expect((await ask("toy-model")).body).toMatchObject({
      chatTemplate: expect.stringContaining("messages"),
    });
    expect((await ask("toy")).body.error).toMatchObject({ code: "not-found", fix: expect.any(String) });
    expect((await ask("someone/unknown")).body.error?.fix).toContain("Qwen");
    expect((await ask("")).status).toBe(400);
  });

  it("a reward that pays a delivery less than the platform's least is refused with the least that would do, also when a draft is changed", async () => {
    const api = world();
    const leastShareWei = 10n ** 16n;
    const at = await api.serveWith({ platform: { ...api.deps.platform, leastShareWei } });
    expect((await api.call("GET", "/config", { at })).body.leastShareWei).toBe(`${leastShareWei}`);
    const request = {
      uploadId: await uploadedDataset(api),
      model: "toy",
      contributors: 2,
      minContributors: 2,
    };
    const send = (rewardWei: bigint, rounds = 1) =>
      api.call("POST", "/jobs/llm-finetune", {
        ...{ at, as: requester, json: { ...request, rounds, rewardWei: `${rewardWei}` } },
      });
    const refused = {
      status: 400,
      body: { error: { code: "invalid-input", message: expect.stringContaining("less than 0.01 POL") } },
    };
    expect(await send(2n * leastShareWei - 1n)).toMatchObject(refused);
    expect(await send(4n * leastShareWei - 1n, 2)).toMatchObject(refused);
    expect((await send(2n * leastShareWei)).status).toBe(202);
    const less = { rewardWei: "1000" };
    const { id } = await insertDraft(api, { preparation: "ready" });
    expect(await api.call("PATCH", `/drafts/${id}`, { at, as: requester, json: less })).toMatchObject(
      refused,
    );
  });

  it("a job that its wallet signed with less than was prepared gives nothing out, and its page says why", async () => {
    const api = world();
    const { jobId } = await insertRunningJob(api, { own: false });
    const text = expect.stringMatching(
      /stakes less for a slot than was asked for.* nor judges anything for it/,
    );
    expect((await api.call("GET", `/jobs/${jobId}`)).body).toMatchObject({
      ...{ own: false, spec: null, nextStep: { text, until: null } },
    });
    const foreign = await insertJob(api, { specCid: null, own: false });
    const of = await api.call("GET", `/jobs/${foreign}`);
    expect(of.body.nextStep).toMatchObject({ text: expect.stringContaining("was not prepared here") });
  });

  it("a dataset is used by one request only, also when two come at once", async () => {
    const api = world();
    const uploadId = await uploadedDataset(api);
    const json = { uploadId, model: "toy", rewardWei: "1000" };
    const answers = await Promise.all(
      [1, 2, 3].map(() => api.call("POST", "/jobs/llm-finetune", { as: requester, json })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([202, 409, 409]);
  });

  it("a key names one request of a wallet, also when two come at once, until that is deleted", async () => {
    const api = world();
    const client = await api.client(requester);
    const ask = async (key: string, as = requester) => {
      const other = await (await api.client(as)).createUpload(
        new File(['{"instruction":"a","output":"b"}\n'], "rows.jsonl"),
      );
      const json = { uploadId: other.id, model: "toy", rewardWei: "1000", rounds: 2, key };
      return api.call("POST", "/jobs/llm-finetune", { as, json });
    };
    const answers = await Promise.all(["run-7", "run-7", "run-8"].map((key) => ask(key)));
    expect(answers.map(({ status }) => status).sort()).toEqual([202, 202, 409]);
    expect((await ask("run-7", stranger)).status).toBe(202);
    expect((await ask("with space")).status).toBe(400);
    const { items } = await client.listDrafts({ key: "run-7" });
    expect(items).toHaveLength(1);
    await client.deleteDraft(items[0]!.id);
    expect((await client.listDrafts({ key: "run-7" })).items).toEqual([]);
    expect((await ask("run-7")).status).toBe(202);
  });

  it("a request that is sent again under its Idempotency-Key makes one draft, also when two come at once", async () => {
    const api = world();
    const send = (uploadId: string, key: string, rewardWei = "1000", as = requester) =>
      api.call("POST", "/jobs/llm-finetune", {
        as,
        json: { uploadId, model: "toy", rewardWei },
        headers: { "idempotency-key": key },
      });
    const uploadId = await uploadedDataset(api);
    const answers = await Promise.all([1, 2, 3].map(() => send(uploadId, "again-1")));
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202]);
    const ids = answers.map(({ body }) => (body as { draft?: { id: string } }).draft?.id);
    expect(new Set(ids).size).toBe(1);

    const changed = await send(uploadId, "again-1", "2000");
    expect(changed).toMatchObject({ status: 409, body: { error: { code: "conflict" } } });
    expect(changed.body.error?.message).toContain("another request was made under again-1");
    // A refused request keeps no key, and a wallet's keys are its own.
    expect((await send("no-such-upload", "again-2")).status).toBe(404);
    expect((await send(await uploadedDataset(api), "again-2")).status).toBe(202);
    expect((await send(uploadId, "again-1", "1000", stranger)).status).toBe(404);
    expect((await send(uploadId, "with space")).status).toBe(400);

    await (await api.client(requester)).deleteDraft(ids[0]!);
    expect((await send(uploadId, "again-1")).body.error?.message).toContain("was deleted");
    const { id: later } = await insertDraft(api, { uploadId });
    await api.sql`update drafts set changed_from_id = ${ids[0]!} where id = ${later}`;
    expect((await send(uploadId, "again-1")).body.error?.fix).toContain(later);
    await api.sql`update idempotency_keys set created_at = now() - interval '8 days' where key = 'again-1'`;
    await cleanUp(api.deps);
    expect(await api.sql`select key from idempotency_keys where key like 'again-%'`).toEqual([
      { key: "again-2" },
    ]);
  });

  it("a request that is sent again gets what it made, also where it would be refused by now", async () => {
    const api = world();
    const json = { uploadId: await uploadedDataset(api), model: "toy", rewardWei: "1000" };
    const send = (key: string, at = api.baseUrl) =>
      api.call("POST", "/jobs/llm-finetune", {
        ...{ as: requester, json, at, headers: { "idempotency-key": key } },
      });
    const { body } = await send("before-1");
    const withoutModels = await api.serveWith({ platform: { ...api.deps.platform, models: [] } });
    expect((await send("before-2", withoutModels)).body.error?.message).toMatch(/^model: /);
    const again = await send("before-1", withoutModels);
    expect(again).toMatchObject({ status: 202, body: { draft: { id: (body.draft as { id: string }).id } } });
  });

  it("a client whose answer was lost gets the draft that its request made", async () => {
    const api = world();
    const asked: string[] = [];
    const client = createApiClient({
      baseUrl: api.baseUrl,
      token: await api.tokenOf(requester),
      async fetch(input, init) {
        const answer = await fetch(input, init);
        if (new URL(String(input)).pathname === "/jobs/llm-finetune" && asked.push(await answer.text()) === 1)
          throw new TypeError("the connection was lost");
        return asked.length > 0 ? new Response(asked.at(-1), answer) : answer;
      },
    });
    const uploadId = await uploadedDataset(api);
    const draft = await client.requestJob("llm-finetune", { uploadId, model: "toy", rewardWei: "1000" });
    const drafts = asked.map((text) => (JSON.parse(text) as { draft: { id: string } }).draft.id);
    expect(drafts).toEqual([draft.id, draft.id]);
  });

  it("a title is kept with the request, on one line", async () => {
    const api = world();
    const client = await api.client(requester);
    const request = { uploadId: await uploadedDataset(api), model: "toy", rewardWei: "1000" };
    expect(await client.requestJob("llm-finetune", { ...request, title: " Good manners " })).toMatchObject({
      title: "Good manners",
    });
    const lines = { ...request, title: "two\nlines" };
    expect((await api.call("POST", "/jobs/llm-finetune", { as: requester, json: lines })).status).toBe(400);
  });

  it("a request is refused when its upload is unfinished, unknown or another's, or its terms are impossible", async () => {
    const api = world();
    const { id } = await beginUpload(api, requester);
    const ask = (changes: Record<string, unknown>, as = requester) =>
      api.call("POST", "/jobs/llm-finetune", {
        as,
        json: { uploadId: id, model: "toy", rewardWei: "1000", ...changes },
      });
    expect(await ask({})).toMatchObject({ status: 409, body: { error: { code: "not-ready" } } });
    expect((await ask({}, stranger)).status).toBe(404);
    expect((await ask({ uploadId: "unknown-upload" })).status).toBe(404);
    expect((await ask({ model: "someone/unknown" })).body.error?.fix).toContain("Qwen");
    expect((await ask({ maxLength: 2_048 })).status).toBe(400);
    expect((await ask({ rewardWei: "3" })).status).toBe(400);
    expect((await ask({ rank: 7 })).status).toBe(400);
    expect((await ask({ minContributors: 3 })).status).toBe(400);
  });

  it("a ready draft hands out terms for signing, a failed one what was wrong, a listed one its job", async () => {
    const api = world();
    const client = await api.client(requester);
    const ready = await insertDraft(api, { preparation: "ready" });
    const before = Math.floor(Date.now() / 1000);
    const draft = await client.waitForDraft(ready.id);
    expect(draft).toMatchObject({
      status: "ready",
      spec: { draftId: ready.id },
      terms: {
        kind: 0,
        minContributors: 2,
        maxContributors: 2,
        specCid: ready.specCid,
        aggregator: api.wallet(1),
      },
    });
    expect(draft.terms?.acceptBy).toBeGreaterThanOrEqual(before + 86_400);
    const keptMs = Date.parse(draft.endsAt ?? "") - Date.parse(draft.createdAt);
    expect(keptMs).toBe(api.deps.platform.unpaidMs);

    const failed = await insertDraft(api, { preparation: "failed" });
    await expect(client.waitForDraft(failed.id)).rejects.toMatchObject({
      code: "dataset-invalid",
      message: "line 3 is no JSON",
    });

    const jobId = await insertJob(api, { specCid: ready.specCid });
    expect(await client.getDraft(ready.id)).toMatchObject({
      status: "listed",
      jobId: jobId.toString(),
      endsAt: null,
    });
  });

  it("another wallet's job with the same spec does not count as the draft's", async () => {
    const api = world();
    const { id, specCid } = await insertDraft(api, { preparation: "ready" });
    const jobId = await insertJob(api, { specCid, requester: api.wallet(stranger) });
    expect((await (await api.client(requester)).getDraft(id)).status).toBe("ready");
    expect((await api.call("GET", `/jobs/${jobId}`)).body).toMatchObject({ spec: null });
  });

  it("drafts are their requester's alone, can be deleted before they are listed, and then are gone", async () => {
    const api = world();
    const { id } = await insertDraft(api);
    expect((await api.call("GET", `/drafts/${id}`, { as: stranger })).status).toBe(404);
    expect((await api.call("DELETE", `/drafts/${id}`, { as: stranger })).status).toBe(404);
    expect((await api.call("DELETE", `/drafts/${id}`, { as: requester })).status).toBe(204);
    expect((await api.call("GET", `/drafts/${id}`, { as: requester })).status).toBe(404);
    const { draftId } = await insertRunningJob(api);
    expect((await api.call("DELETE", `/drafts/${draftId}`, { as: requester })).status).toBe(409);
    const tooLong = "x".repeat(65);
    expect((await api.call("GET", `/drafts/${tooLong}`, { as: requester })).status).toBe(400);
    expect((await api.call("DELETE", `/drafts/${tooLong}`, { as: requester })).status).toBe(400);
  });

  it("pages of drafts and of requests together hold each entry once, newest first, whatever comes in between", async () => {
    const api = world();
    const client = await api.client(requester);
    const createdAt = new Date(Date.now() + 60_000);
    const added = [];
    for (let count = 0; count < 5; count++) added.push((await insertDraft(api, { createdAt })).id);
    const { jobId } = await insertRunningJob(api, { createdAt });
    const draftIds: string[] = [];
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const page = await client.listDrafts({ limit: 2, cursor });
      expect(page.items.length).toBeLessThanOrEqual(2);
      draftIds.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor;
    }
    expect(new Set(draftIds).size).toBe(draftIds.length);
    expect(draftIds).toEqual(expect.arrayContaining(added));

    const requests: string[] = [];
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const page = await client.listMyRequests({ limit: 3, cursor });
      requests.push(
        ...page.items.map((item) => (item.type === "draft" ? item.draft.id : `job ${item.job.jobId}`)),
      );
      cursor = page.nextCursor;
      if (requests.length === 3) await insertDraft(api, { createdAt: new Date(Date.now() + 120_000) });
    }
    expect(new Set(requests).size).toBe(requests.length);
    expect(requests).toEqual(expect.arrayContaining([...added, `job ${jobId}`]));
  });

  it.each(["/drafts", "/me/requests", "/me/contributions"])(
    "%s refuses a cursor it did not give out",
    async (path) => {
      const answer = await world().call("GET", `${path}?cursor=bm9uc2Vuc2U`, { as: requester });
      expect(answer).toMatchObject({ status: 400, body: { error: { code: "invalid-input" } } });
    },
  );
}
