import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createApiClient } from "@trainchain/api-client";
import { acceptJob, settleJob, submitAdapter } from "@trainchain/chain";
import { computeCid } from "@trainchain/storage";
import { type EscrowChain, roles, startEscrowChain, testWallet } from "@trainchain/testing";
import { zeroAddress } from "viem";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { openEscrow } from "../../escrow/chain.ts";
import type { JobFacts } from "../job-record.ts";
import type { StepContext } from "../step-context.ts";
import { sealedAdapterPath } from "./seal-adapter.ts";
import { uploadAdapter } from "./upload-adapter.ts";

/* What the chain has before its file: it is sent until there is a sign that nobody waits for it. */

let chain: EscrowChain;
let platform: Server;
let jobDir: string;
/** What the platform answers, by a part of the path; anything else is asked of nobody. */
let answers: Record<string, { status: number; body: string }> = {};
const contributor = roles.firstContributor;
const adapterCid = await computeCid(Buffer.from("sealed"));

const refusal = (code: string, status: number) => ({
  status,
  body: JSON.stringify({ error: { code, message: "no", fix: null, requestId: "test" } }),
});
const unasked = refusal("not-found", 404);
/** As a proxy says it that finds nobody behind it. */
const proxy = { status: 404, body: "404 page not found" };

beforeAll(async () => {
  chain = await startEscrowChain();
  jobDir = await mkdtemp(join(tmpdir(), "trainchain-upload-"));
  await writeFile(sealedAdapterPath(jobDir), "sealed");
  platform = createServer((request, response) => {
    const [, answer = proxy] = Object.entries(answers).find(([part]) => request.url?.includes(part)) ?? [];
    response.writeHead(answer.status, { "content-type": "application/json" }).end(answer.body);
  });
  await new Promise<void>((resolve) => platform.listen(0, "127.0.0.1", resolve));
});
beforeEach(() => {
  answers = { "/uploads": unasked, "/verification": unasked, "/ipfs/": unasked };
});
afterAll(async () => {
  platform?.close();
  await chain?.stop();
  await rm(jobDir, { recursive: true, force: true });
});

/** A slot of a new job whose delivery is on chain, if wanted, and its upload. */
async function slot({ onChain }: { onChain: boolean }) {
  const jobId = await chain.openJob({ maxContributors: 1 });
  const named = { escrow: chain.escrow, jobId, contributor: chain.wallet(contributor) };
  const mine = chain.signer(contributor);
  await chain.mined(acceptJob(mine, { ...named, delegate: zeroAddress, bondWei: 0n }));
  if (onChain) await chain.mined(submitAdapter(mine, { ...named, adapterCid }));
  const escrow = await openEscrow({
    ...{ rpcUrl: chain.rpcUrl, chainId: chain.client.chain.id, chainName: "local" },
    ...{ escrow: chain.escrow, contributor: chain.wallet(contributor), account: testWallet(contributor) },
  });
  const facts: JobFacts = { adapterCid, ...(onChain ? { onChain } : {}) };
  const { port } = platform.address() as AddressInfo;
  const context = {
    ...{ api: createApiClient({ baseUrl: `http://127.0.0.1:${port}` }), escrow, jobDir },
    ...{ record: () => ({ jobId: `${jobId}`, facts }), signal: new AbortController().signal },
    ...{ note() {}, hinder() {}, log() {} },
  } as unknown as StepContext;
  return { named, upload: () => uploadAdapter(context) };
}

it("a proxy that finds no platform keeps nobody from sending the file later", async () => {
  answers = {};
  const { upload } = await slot({ onChain: true });
  await expect(upload()).rejects.toMatchObject({ mayRetry: true });
  answers = { "": { status: 200, body: "<html>we are back soon</html>" } };
  await expect(upload()).rejects.toMatchObject({ mayRetry: true });
});

it("a platform that awaits no file is asked again, before and after the chain has its CID", async () => {
  for (const onChain of [false, true]) {
    const { upload } = await slot({ onChain });
    await expect(upload()).rejects.toMatchObject({ code: "not-ready" });
    answers["/verification"] = { status: 200, body: '{"items":[]}' };
    await expect(upload()).rejects.toMatchObject({ code: "not-ready" });
  }
});

it("nothing is sent to a platform that has the file, or its verdict, or whose job is over", async () => {
  const { named, upload } = await slot({ onChain: true });
  answers["/ipfs/"] = { status: 200, body: "<html>" };
  await expect(upload()).rejects.toMatchObject({ code: "not-ready" });
  answers["/ipfs/"] = { status: 200, body: "sealed" };
  await expect(upload()).resolves.toEqual({ to: "submitted" });
  answers["/ipfs/"] = unasked;
  const verdict = { contributor: "0x", yours: true, verdict: "accepted", checks: [], reasonCid: null };
  const figures = { heldOutLoss: null, bitsPerByte: null, verifiedAt: new Date().toISOString() };
  answers["/verification"] = { status: 200, body: JSON.stringify({ items: [{ ...verdict, ...figures }] }) };
  await expect(upload()).resolves.toEqual({ to: "submitted" });
  answers["/verification"] = unasked;
  await expect(upload()).rejects.toMatchObject({ code: "not-ready" });
  await chain.travel(86_400);
  await chain.mined(settleJob(chain.signer(roles.stranger), { ...named, contributors: [named.contributor] }));
  await expect(upload()).resolves.toEqual({ to: "submitted" });
});
