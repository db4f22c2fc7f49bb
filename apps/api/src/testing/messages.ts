import { findEscrowVersion, submissionTypedData } from "@trainchain/chain";
import { testWallet } from "@trainchain/testing";
import { firstContributor } from "./fixtures.ts";
import type { TestApi } from "./start-test-api.ts";

/** A signed submission of an adapter that is in storage. */
export async function signedSubmission(
  api: TestApi,
  jobId: bigint,
  {
    contributor = firstContributor,
    signer = contributor,
    stored = true,
  }: { contributor?: number; signer?: number; stored?: boolean } = {},
) {
  const content = new TextEncoder().encode(`adapter of ${jobId} by ${contributor}`);
  const adapterCid = stored ? (await api.deps.storage.put(content)).cid : `bafkrei${"b".repeat(52)}`;
  const wallet = api.wallet(contributor);
  const { escrow } = api;
  const typedData = submissionTypedData(
    { chainId: 80_002, escrow, version: await findEscrowVersion(api.deps.chain, escrow) },
    { jobId, contributor: wallet, adapterCid },
  );
  const signature = await testWallet(signer).signTypedData(typedData);
  return { json: { jobId: jobId.toString(), contributor: wallet, adapterCid, signature }, typedData };
}

/** A trainer event as agents report it. */
export const step = {
  event: "step",
  step: 3,
  steps: 10,
  epoch: 1,
  loss: 2.25,
  learningRate: 2e-4,
  tokens: 900,
  tokensPerSecond: 300,
  etaSeconds: 7,
  memoryMb: 512,
} as const;
