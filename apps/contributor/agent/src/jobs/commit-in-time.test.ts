import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createApiClient } from "@trainchain/api-client";
import { acceptJob } from "@trainchain/chain";
import { type EscrowChain, roles, startEscrowChain, testWallet } from "@trainchain/testing";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openEscrow } from "../escrow/chain.ts";
import { commitInTime } from "./commit-in-time.ts";
import type { JobFacts } from "./job-record.ts";
import type { StepContext } from "./step-context.ts";

/* An hour to train, so that the last quarter of an hour is near the deadline. */

let chain: EscrowChain;
let platform: Server;
/** How the platform answers a submission; unset where it hangs up. */
let answer: { status: number; body: unknown } | undefined;
let submissions = 0;
const contributor = roles.firstContributor;
const delegate = testWallet(roles.stranger);

beforeAll(async () => {
  chain = await startEscrowChain();
  platform = createServer((request, response) => {
    submissions++;
    if (!answer) return request.socket.destroy();
    response.writeHead(answer.status, { "content-type": "application/json" });
    response.end(JSON.stringify(answer.body));
  }).listen(0, "127.0.0.1");
  await once(platform, "listening");
});
afterAll(async () => {
  platform?.close();
  await chain?.stop();
});

/** A slot for which something is sealed, so many minutes before its deadline, and what becomes known of it. */
async function sealed(minutesLeft: number) {
  const jobId = await chain.openJob({ maxContributors: 1 });
  const signer = chain.signer(contributor);
  const slot = { escrow: chain.escrow, jobId, delegate: delegate.address, bondWei: 0n };
  await chain.mined(acceptJob(signer, slot));
  const escrow = await openEscrow({
    rpcUrl: chain.rpcUrl,
    chainId: chain.client.chain.id,
    chainName: "local",
    escrow: chain.escrow,
    contributor: chain.wallet(contributor),
    account: testWallet(contributor),
  });
  await chain.travel(60 * (60 - minutesLeft));
  let facts: JobFacts = { kind: "llm-finetune", adapterCid: `bafkrei${"a".repeat(52)}` };
  const note = (more: JobFacts) => {
    facts = { ...facts, ...more };
  };
  const { port } = platform.address() as AddressInfo;
  const context = {
    api: createApiClient({ baseUrl: `http://127.0.0.1:${port}` }),
    escrow,
    delegate,
    wallet: testWallet(contributor),
    record: () => ({ jobId: `${jobId}`, facts }),
    signal: new AbortController().signal,
    ...{ note, tell: note, log: () => undefined },
  } as unknown as StepContext;
  submissions = 0;
  const { moves: _, ...readOnly } = escrow;
  return {
    facts: () => facts,
    forget: () => note({ onChain: undefined }),
    status: async () => (await escrow.getSlot(`${jobId}`)).status,
    look: async () => commitInTime(context, await escrow.getSlot(`${jobId}`)),
    lookWithoutKey: async () =>
      commitInTime(
        { ...context, escrow: { ...readOnly, moves: undefined } },
        await escrow.getSlot(`${jobId}`),
      ),
  };
}

const refusal = (code: string, status: number) => ({
  status,
  body: { error: { code, message: "no", fix: null, requestId: "test" } },
});

it("nothing is sent while there is time", async () => {
  const { look, status } = await sealed(16);
  await look();
  expect([await status(), submissions]).toEqual(["accepted", 0]);
});

it("where the platform cannot be reached, the wallet sends it at once, once", async () => {
  answer = undefined;
  const { look, status, facts, forget } = await sealed(14);
  await look();
  expect([await status(), facts().onChain]).toEqual(["submitted", true]);
  // As after a kill before that was written down.
  const { submitTransaction } = facts();
  forget();
  await look();
  expect([facts().onChain, facts().submitTransaction]).toEqual([true, submitTransaction]);
});

it("a platform that takes it, or says that it does not yet, has half of the time that is left", async () => {
  for (const said of [{ status: 202, body: { status: "relaying" } }, refusal("not-ready", 409)]) {
    answer = said;
    const early = await sealed(14);
    await early.look();
    expect([await early.status(), submissions]).toEqual(["accepted", 1]);
    const late = await sealed(7);
    await late.look();
    expect(await late.status()).toBe("submitted");
  }
});

it("without the wallet's key nothing can be done but to ask the platform, and what was signed is kept for its owner", async () => {
  answer = undefined;
  const { lookWithoutKey, status, facts } = await sealed(7);
  await lookWithoutKey();
  expect([await status(), facts().onChain]).toEqual(["accepted", undefined]);
  expect(facts().signature).toMatch(/^0x[0-9a-f]{130}$/);
});
