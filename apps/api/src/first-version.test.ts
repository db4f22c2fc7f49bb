import { afterAll, beforeAll, expect, it } from "vitest";
import { firstContributor, insertDraft, insertRunningJob, requester } from "./testing/fixtures.ts";
import { signedSubmission } from "./testing/messages.ts";
import { startTestApi, type TestApi } from "./testing/start-test-api.ts";

/* The API of a platform whose escrow is of the first version, as those that were deployed before the second. */

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi({ version: "1" });
});
afterAll(() => api?.stop());

it("says which version its escrow is of", async () => {
  expect((await api.call("GET", "/config")).body).toMatchObject({
    escrow: api.escrow,
    escrowVersion: "1",
    relaysAcceptances: false,
  });
});

it("asks for terms of that version to be signed: any bond, nobody to appeal to, and no permits", async () => {
  const referee = api.wallet(3);
  const at = await api.serveWith({ platform: { ...api.deps.platform, referee } });
  const { id } = await insertDraft(api, { preparation: "ready" });
  await api.sql`update drafts set request = request || '{"rewardWei": "2000", "bondWei": "900"}' where id = ${id}`;
  const { terms } = (await api.call("GET", `/drafts/${id}`, { as: requester, at })).body;
  expect(terms).toMatchObject({ bondWei: "900" });
  for (const unknown of ["bondBps", "referee", "permitOnly"]) expect(terms).not.toHaveProperty(unknown);
});

it("refuses a request for permits, and has nothing signed that was asked for with them", async () => {
  const client = await api.client(requester);
  const { id: uploadId } = await client.createUpload(
    new File(['{"instruction":"a","output":"b"}\n'], "rows.jsonl"),
  );
  const request = { uploadId, model: "toy", rewardWei: "2000", contributors: 2, permitOnly: true };
  await expect(client.requestJob("llm-finetune", request)).rejects.toMatchObject({
    code: "invalid-input",
    message: "permitOnly: this platform's escrow knows no permits",
  });
  const { id } = await insertDraft(api, { preparation: "ready" });
  await api.sql`update drafts set request = request || '{"permitOnly": true}' where id = ${id}`;
  expect((await client.getDraft(id)).terms).toBeNull();
});

it("relays what is signed for that version", async () => {
  const { jobId } = await insertRunningJob(api);
  const { json, typedData } = await signedSubmission(api, jobId);
  expect(typedData.domain.version).toBe("1");
  const { status } = await api.call("POST", "/jobs/submit-adapter", { as: firstContributor, json });
  expect(status).toBe(202);
});
