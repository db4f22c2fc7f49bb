import type { ApiClient } from "@trainchain/api-client";
import { fileSource } from "@trainchain/api-client/node";
import { getChain } from "@trainchain/chain";
import type { Address, DraftView } from "@trainchain/protocol";
import { sendRequest, signDraft, untilListed } from "@trainchain/requester";
import { createWalletClient, formatEther, type HDAccount, http } from "viem";
import type { Progress } from "./progress.ts";
import type { ChainReader } from "./read-chain.ts";

/** Signs in, uploads a dataset, asks for a job of it and waits until the platform has prepared the draft. */
export async function prepareDraft(
  { requester, api, progress }: { requester: HDAccount; api: ApiClient; progress: Progress },
  {
    dataset,
    preparing,
    create,
  }: { dataset: string; preparing: string; create: (uploadId: string) => Promise<DraftView> },
): Promise<DraftView> {
  await progress.step("sign in with Ethereum", () => api.signIn(requester));
  const { id } = await progress.step(`upload ${dataset}`, async () =>
    sendRequest(api, await fileSource(dataset), { wallet: requester.address, create }),
  );
  return progress.step(preparing, () => api.waitForDraft(id, { intervalMs: 100 }));
}

/** Signs createJob for a prepared draft of any kind, and waits until the platform lists the job. */
export async function stakeDraft(
  { requester, api, progress }: { requester: HDAccount; api: ApiClient; progress: Progress },
  { rpcUrl, escrow, chain }: { rpcUrl: string; escrow: Address; chain: ChainReader },
  draft: DraftView,
): Promise<bigint> {
  const signer = createWalletClient({
    account: requester,
    chain: getChain("local", rpcUrl),
    transport: http(),
  });
  const platform = { api, escrow, signer, reader: chain.client };
  const opened = await progress.step(`stake ${formatEther(BigInt(draft.stakeWei))} POL and createJob`, () =>
    signDraft(platform, draft),
  );
  await progress.step("see it listed, because the indexer saw its event", () => untilListed(api, opened));
  return opened.jobId;
}
