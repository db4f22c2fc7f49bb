import { request } from "node:http";
import { Readable } from "node:stream";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type Gateway, type GatewayJob, startGateway } from "./gateway.ts";

const shardCid = "bafkreifjjcie6lypi6ny7amxnfftagclbuxndqonfipmb64f2km2devei4";
const rows = Buffer.from("hello world\n");
let gateway: Gateway;
let submitted: string[];
let stored: number;

const job: GatewayJob = {
  jobId: "7",
  kind: "llm-finetune",
  wallet: `0x${"Ab".repeat(20)}`,
  shardCid,
  shardBytes: rows.length,
  openShard: async () => Readable.from([rows]),
  async storeAdapter(body) {
    for await (const piece of body) stored += (piece as Buffer).length;
    return shardCid;
  },
  async submitAdapter(cid) {
    submitted.push(cid);
  },
};

beforeEach(async () => {
  submitted = [];
  stored = 0;
  gateway = await startGateway(job);
});
afterEach(() => gateway.close());

const submit = (body: object) =>
  fetch(`${gateway.url}/jobs/submit-adapter`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
const submission = { jobId: "7", contributorWallet: job.wallet.toLowerCase(), adapterCid: shardCid };

it("gives the job's shard and takes its adapter and submission", async () => {
  expect(await (await fetch(`${gateway.url}/ipfs/${shardCid}`)).text()).toBe("hello world\n");
  const headers = { "content-type": "application/octet-stream" };
  const answer = await fetch(`${gateway.url}/ipfs`, { method: "POST", headers, body: new Uint8Array(1_000) });
  expect([answer.status, await answer.json()]).toEqual([200, { cid: shardCid }]);
  expect(stored).toBe(1_000);
  expect((await submit(submission)).status).toBe(202);
  expect(submitted).toEqual([shardCid]);
});

it("listens on the loopback interface only, under a token that differs at each launch", async () => {
  const other = await startGateway(job);
  expect(new URL(gateway.url).hostname).toBe("127.0.0.1");
  expect(new URL(gateway.url).pathname).toMatch(/^\/[\w-]{43}$/);
  expect(new URL(other.url).pathname).not.toBe(new URL(gateway.url).pathname);
  await other.close();
});

it("knows nothing without its token, of another shard, of another path or by another method", async () => {
  const { origin } = new URL(gateway.url);
  const wrong = [
    `${origin}/ipfs/${shardCid}`,
    `${origin}/${"x".repeat(43)}/ipfs/${shardCid}`,
    `${gateway.url}/ipfs/other`,
    gateway.url,
  ];
  for (const url of wrong) expect((await fetch(url)).status, url).toBe(404);
  expect((await fetch(`${gateway.url}/ipfs/${shardCid}`, { method: "DELETE" })).status).toBe(404);
});

it("refuses a request whose Host is not its own address, as a rebound web page would send", async () => {
  const { port, pathname } = new URL(gateway.url);
  const status = await new Promise<number | undefined>((resolve, reject) => {
    const path = `${pathname}/ipfs/${shardCid}`;
    request({ host: "127.0.0.1", port, path, headers: { host: `evil.example:${port}` } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on("error", reject)
      .end();
  });
  expect(status).toBe(404);
});

it("submits for its own job and wallet only", async () => {
  for (const change of [{ jobId: "8" }, { contributorWallet: `0x${"00".repeat(20)}` }, { adapterCid: 5 }])
    expect((await submit({ ...submission, ...change })).status).toBe(400);
  expect((await submit({ ...submission, more: "x".repeat(5_000) })).status).toBe(413);
  expect(submitted).toEqual([]);
});

it("takes an image job's model where its trainer hands it in, and nowhere else", async () => {
  const images = await startGateway({ ...job, kind: "image-classification" });
  const handIn = (path: string, body: object) =>
    fetch(`${images.url}${path}`, { method: "POST", body: JSON.stringify(body) });
  const { adapterCid: modelCid, ...common } = submission;
  expect((await handIn("/jobs/submit-adapter", submission)).status).toBe(404);
  expect((await handIn("/jobs/complete", submission)).status).toBe(400);
  expect((await handIn("/jobs/complete", { ...common, modelCid })).status).toBe(202);
  expect(submitted).toEqual([shardCid]);
  await images.close();
});

it("takes an adapter as bytes only", async () => {
  const answer = await fetch(`${gateway.url}/ipfs`, { method: "POST", body: "text" });
  expect(answer.status).toBe(415);
});

it("breaks off a shard that turns out to be wrong instead of ending it", async () => {
  const broken = await startGateway({
    ...job,
    openShard: async () =>
      Readable.from(
        (async function* () {
          yield rows.subarray(0, 5);
          throw new Error("other bytes");
        })(),
      ),
  });
  await expect(fetch(`${broken.url}/ipfs/${shardCid}`).then((answer) => answer.text())).rejects.toThrow();
  await broken.close();
});
