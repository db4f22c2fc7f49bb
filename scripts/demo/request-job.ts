import { type ApiClient, createApiClient } from "@trainchain/api-client";
import { fileSource } from "@trainchain/api-client/node";
import { createJob, findCreatedJobId, getChain } from "@trainchain/chain";
import type { Address, DraftView, LlmJobSpec } from "@trainchain/protocol";
import { waitFor } from "@trainchain/testing";
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
  await progress.step("sign in with Ethereum", () => api.signIn(requester));

  const upload = await progress.step(`upload ${options.dataset}`, async () =>
    api.createUpload(await fileSource(options.dataset)),
  );
  const draft = await progress.step("check, shuffle, split and seal the dataset", async () => {
    const { id } = await api.createLlmFinetune({
      uploadId: upload.id,
      model: options.model,
      description: "Follow short instructions.",
      contributors: options.contributors,
      minContributors: options.contributors,
      rank: options.rank,
      epochs: options.epochs,
      learningRate: options.learningRate,
      maxLength: 256,
      rewardWei: options.rewardWei.toString(),
    });
    return api.waitForDraft(id, { intervalMs: 100 });
  });
  const spec = draft.spec as LlmJobSpec;
  progress.note(
    `  ${spec.dataset.rows} rows: ${spec.dataset.holdoutRows} held out, shards of ${spec.dataset.shardRows.join(" + ")}`,
  );
  return { api, jobId: await stakeDraft(requester, world, { api, draft }, progress), draft, spec };
}

/** Signs createJob for a prepared draft of either kind, and waits until the platform lists the job. */
export async function stakeDraft(
  requester: HDAccount,
  world: { rpcUrl: string; escrow: Address; chain: ChainReader },
  { api, draft }: { api: ApiClient; draft: DraftView },
  progress: Progress,
): Promise<bigint> {
  const { terms } = draft;
  if (!terms) throw new Error("the draft is ready but names no terms");
  const stakeWei = BigInt(draft.stakeWei);
  const jobId = await progress.step(`stake ${formatEther(stakeWei)} POL and createJob`, async () => {
    const wallet = createWalletClient({
      account: requester,
      chain: getChain("local", world.rpcUrl),
      transport: http(),
    });
    const hash = await createJob(wallet, {
      escrow: world.escrow,
      terms: { ...terms, aggregator: terms.aggregator as Address, bondWei: BigInt(terms.bondWei) },
      stakeWei,
    });
    const created = findCreatedJobId(await world.chain.client.waitForTransactionReceipt({ hash }));
    if (created === undefined) throw new Error(`createJob ${hash} was mined without a JobCreated event`);
    return created;
  });
  await progress.step("see it listed, because the indexer saw its event", () =>
    waitFor("the job to be listed", async () => (await api.getDraft(draft.id)).status === "listed"),
  );
  return jobId;
}
