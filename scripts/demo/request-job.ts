import { type ApiClient, createApiClient } from "@trainchain/api-client";
import { fileSource } from "@trainchain/api-client/node";
import { getChain } from "@trainchain/chain";
import type { Address, DraftView, LlmJobSpec } from "@trainchain/protocol";
import { sendRequest, signDraft, untilListed } from "@trainchain/requester";
import { createWalletClient, formatEther, type HDAccount, http } from "viem";
import type { DemoOptions } from "./options.ts";
import type { Progress } from "./progress.ts";
import type { ChainReader } from "./read-chain.ts";

/** The requester's part: sign in, upload, let the platform check and split the dataset, stake. */
export async function requestJob(
  requester: HDAccount,
  world: { apiUrl: string; rpcUrl: string; escrow: Address; chain: ChainReader },
  options: DemoOptions & { rewardWei: bigint },
  progress: Progress,
) {
  const api = createApiClient({ baseUrl: world.apiUrl });
  const draft = await prepareDraft(
    requester,
    api,
    {
      dataset: options.dataset,
      preparing: "check, shuffle, split and seal the dataset",
      create: (uploadId) =>
        api.createLlmFinetune({
          uploadId,
          model: options.model,
          description: "Follow short instructions.",
          contributors: options.contributors,
          minContributors: options.contributors,
          rank: options.rank,
          epochs: options.epochs,
          learningRate: options.learningRate,
          maxLength: 256,
          rewardWei: options.rewardWei.toString(),
        }),
    },
    progress,
  );
  const spec = draft.spec as LlmJobSpec;
  progress.note(
    `  ${spec.dataset.rows} rows: ${spec.dataset.holdoutRows} held out, shards of ${spec.dataset.shardRows.join(" + ")}`,
  );
  return { api, jobId: await stakeDraft(requester, world, { api, draft }, progress), draft, spec };
}

/** Uploads a dataset, asks for a job of it and waits until the platform has prepared the draft. */
export async function prepareDraft(
  requester: HDAccount,
  api: ApiClient,
  {
    dataset,
    preparing,
    create,
  }: {
    dataset: string;
    preparing: string;
    create: (uploadId: string) => Promise<DraftView>;
  },
  progress: Progress,
): Promise<DraftView> {
  await progress.step("sign in with Ethereum", () => api.signIn(requester));
  const { id } = await progress.step(`upload ${dataset}`, async () =>
    sendRequest(api, await fileSource(dataset), { wallet: requester.address, create }),
  );
  return progress.step(preparing, () => api.waitForDraft(id, { intervalMs: 100 }));
}

/** Signs createJob for a prepared draft of any kind, and waits until the platform lists the job. */
export async function stakeDraft(
  requester: HDAccount,
  { rpcUrl, escrow, chain }: { rpcUrl: string; escrow: Address; chain: ChainReader },
  { api, draft }: { api: ApiClient; draft: DraftView },
  progress: Progress,
): Promise<bigint> {
  const signer = createWalletClient({
    account: requester,
    chain: getChain("local", rpcUrl),
    transport: http(),
  });
  const platform = { api, escrow, signer, reader: chain.client };
  const opened = await progress.step(`stake ${formatEther(BigInt(draft.stakeWei))} POL and createJob`, () =>
    signDraft(platform, draft.id),
  );
  await progress.step("see it listed, because the indexer saw its event", () => untilListed(api, opened));
  return opened.jobId;
}
