import { submissionTypedData } from "@trainchain/chain";
import { testWallet } from "@trainchain/testing";
import { afterAll, beforeAll, expect, it } from "vitest";
import { firstContributor, insertDraft, insertRunningJob, requester } from "./testing/fixtures.ts";
import { signedSubmission } from "./testing/messages.ts";
import { startTestApi, type TestApi } from "./testing/start-test-api.ts";

/* The API of a platform whose escrow is of the second version. */

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi({ version: "2" });
});
afterAll(() => api?.stop());

const noReferee = `0x${"0".repeat(40)}`;

it("says which version its escrow is of", async () => {
  expect((await api.call("GET", "/config")).body).toMatchObject({ escrow: api.escrow, escrowVersion: "2" });
});

it("asks for terms of that version to be signed, with the bond as a part of a share", async () => {
  const { id } = await insertDraft(api, { preparation: "ready" });
  await api.sql`update drafts set request = request || '{"rewardWei": "2000000", "bondWei": "1001"}' where id = ${id}`;
  const { terms } = await (await api.client(requester)).getDraft(id);
  // Eleven hundredths of a per cent of a million wei are the least that come to 1,001.
  expect(terms).toMatchObject({ bondBps: 11, bondWei: "1100", referee: noReferee, permitOnly: false });

  const referee = api.wallet(3);
  const at = await api.serveWith({ platform: { ...api.deps.platform, referee } });
  expect((await api.call("GET", `/drafts/${id}`, { as: requester, at })).body.terms).toMatchObject({
    bondBps: 11,
    referee,
  });
});

it("refuses a bond of more than a tenth of a share before anything is prepared, and when a draft is changed", async () => {
  const client = await api.client(requester);
  const { id: uploadId } = await client.createUpload(
    new File(['{"instruction":"a","output":"b"}\n'], "rows.jsonl"),
  );
  const request = { uploadId, model: "toy", rewardWei: "2000", contributors: 2 };
  await expect(client.requestJob("llm-finetune", { ...request, bondWei: "101" })).rejects.toMatchObject({
    code: "invalid-input",
    message: "bondWei: more than a tenth of what a delivery is paid",
    fix: "Ask for a bond of at most 100 wei, or raise the reward.",
  });
  expect(await client.requestJob("llm-finetune", { ...request, bondWei: "100" })).toMatchObject({
    status: "preparing",
  });
  const { id } = await insertDraft(api, { preparation: "ready" });
  await api.sql`update drafts set request = request || '{"rewardWei": "2000", "bondWei": "100"}' where id = ${id}`;
  await expect(client.changeDraft(id, { rewardWei: "1000" })).rejects.toMatchObject({
    code: "invalid-input",
    message: expect.stringContaining("more than a tenth"),
  });
});

it("asks for terms to be signed that take permits, where the request says so", async () => {
  const { id } = await insertDraft(api, { preparation: "ready" });
  await api.sql`update drafts set request = request || '{"permitOnly": true}' where id = ${id}`;
  const client = await api.client(requester);
  expect((await client.getDraft(id)).terms).toMatchObject({ permitOnly: true, referee: noReferee });
});

it("relays what is signed for that version, and nothing that is signed for the other", async () => {
  const { jobId } = await insertRunningJob(api);
  const { json, typedData } = await signedSubmission(api, jobId);
  expect(typedData.domain.version).toBe("2");
  const domain = { chainId: 80_002, escrow: api.escrow, version: "1" } as const;
  const ofTheFirst = submissionTypedData(domain, typedData.message);
  const signature = await testWallet(firstContributor).signTypedData(ofTheFirst);
  const submit = (body: object) =>
    api.call("POST", "/jobs/submit-adapter", { as: firstContributor, json: body });
  expect((await submit({ ...json, signature })).body.error).toMatchObject({ code: "signature-invalid" });
  await api.sql`update jobs set own = false where job_id = ${jobId}`;
  // Nor anything of a job that is none of the platform's, whoever signed it.
  expect((await submit(json)).body.error).toMatchObject({ code: "not-found" });
  await api.sql`update jobs set own = true where job_id = ${jobId}`;
  expect((await submit(json)).status).toBe(202);
});

it("tells of a job's bond, of its referee, and until when a refusal may be appealed", async () => {
  const { jobId } = await insertRunningJob(api);
  const referee = api.wallet(3);
  await api.sql`
    update jobs set bond_bps = 500, referee = ${referee} where job_id = ${jobId.toString()}`;
  await api.sql`
    update slots set status = 'rejection-pending', deadline = now() + interval '1 hour'
    where job_id = ${jobId.toString()} and contributor = ${api.wallet(firstContributor)}`;
  const job = await (await api.client(firstContributor)).getJob(jobId.toString());
  expect(job.terms).toMatchObject({ bondBps: 500, referee, permitOnly: false });
  expect(job.slots.find(({ yours }) => yours)).toMatchObject({
    status: "rejection-pending",
    deadline: expect.any(String),
  });
});
