import { expect, it } from "vitest";
import { requester, stranger } from "../../../testing/fixtures.ts";
import type { TestApi } from "../../../testing/start-test-api.ts";
import { beginUpload } from "../../../testing/upload-behaviour.ts";

const path = "/jobs/embedding-finetune";

/** The same API on an escrow of a version. */
function onVersion(api: TestApi, version: "1" | "2"): Promise<string> {
  const facts = { feeBps: 0, version };
  return api.serveWith({ escrowFacts: { find: async () => facts, get: async () => facts } });
}

export function embeddingBehaviour(world: () => TestApi): void {
  it("a request for a sentence encoder becomes a draft, with what was left open decided", async () => {
    const api = world();
    const at = await onVersion(api, "2");
    const client = await api.client(requester);
    const upload = await client.createUpload(new File(['{"anchor":"a","positive":"b"}\n'], "pairs.jsonl"));
    const json = { uploadId: upload.id, rewardWei: "1000", contributors: 2 };
    const made = await api.call("POST", path, { as: requester, json, at });
    expect(made).toMatchObject({
      status: 202,
      body: { draft: { kind: "embedding-finetune", status: "preparing", stakeWei: "1000" } },
    });
    const [{ request } = { request: {} }] = await api.sql`
      select request from drafts where upload_id = ${upload.id}`;
    expect(request).toMatchObject({ model: "all-minilm-l6-v2", alpha: 16, epochs: 3, minContributors: 2 });
    expect(request).toHaveProperty("splitSeed");
    expect((await api.call("POST", path, { as: requester, json, at })).status).toBe(409);
  });

  it("what no encoder can do is refused before anything is prepared", async () => {
    const api = world();
    const at = await onVersion(api, "2");
    const { id } = await beginUpload(api, requester);
    const ask = (changes: Record<string, unknown>, as = requester) =>
      api.call("POST", path, { as, at, json: { uploadId: id, rewardWei: "1000", ...changes } });
    expect(await ask({})).toMatchObject({ status: 409, body: { error: { code: "not-ready" } } });
    expect((await ask({}, stranger)).status).toBe(404);
    const impossible = [
      { rewardWei: "1" },
      { maxLength: 257 },
      { maxLength: 8 },
      { learningRate: 1e-7 },
      { learningRate: 0.05 },
      { holdoutRows: 49 },
      { contributors: 1, minContributors: 2 },
      { model: "smollm2-135m" },
      { model: "../etc" },
      { epochs: 0 },
    ];
    for (const changes of impossible) expect((await ask(changes)).status, JSON.stringify(changes)).toBe(400);
    expect((await ask({ model: "smollm2-135m" })).body.error).toMatchObject({
      message: 'model: "smollm2-135m" is no sentence encoder that is offered here',
      fix: "Choose one of all-minilm-l6-v2.",
    });
  });

  it("a platform whose escrow knows two kinds of job says so, and prepares nothing", async () => {
    const api = world();
    const at = await onVersion(api, "1");
    const client = await api.client(requester);
    const upload = await client.createUpload(new File(['{"anchor":"a","positive":"c"}\n'], "pairs.jsonl"));
    const json = { uploadId: upload.id, rewardWei: "1000" };
    expect((await api.call("POST", path, { as: requester, json, at })).body.error).toMatchObject({
      code: "invalid-input",
      message: "kind: this platform's escrow takes no jobs of Embedding fine-tuning",
      fix: "Ask a platform whose escrow is of the second version.",
    });
    expect(await api.sql`select from drafts where upload_id = ${upload.id}`).toHaveLength(0);
  });
}
