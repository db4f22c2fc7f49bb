import { createApiClient } from "@trainchain/api-client";
import type { Address, ImageJobSpec } from "@trainchain/protocol";
import type { HDAccount } from "viem";
import type { DemoOptions } from "./options.ts";
import type { Progress } from "./progress.ts";
import type { ChainReader } from "./read-chain.ts";
import { prepareDraft, stakeDraft } from "./request-job.ts";

/** The requester's part of an image job. */
export async function requestImageJob(
  requester: HDAccount,
  world: { apiUrl: string; rpcUrl: string; escrow: Address; chain: ChainReader },
  options: DemoOptions["image"] & { rewardWei: bigint },
  progress: Progress,
) {
  const api = createApiClient({ baseUrl: world.apiUrl });
  const draft = await prepareDraft(
    requester,
    api,
    {
      dataset: options.dataset,
      preparing: "check every image, keep a holdout, seal the rest",
      create: (uploadId) =>
        api.createImageClassification({
          uploadId,
          model: options.model,
          description: "Tell small pictures apart.",
          epochs: options.epochs,
          imgsz: options.imgsz,
          exportFormat: options.exportFormat,
          seed: 1,
          rewardWei: options.rewardWei.toString(),
        }),
    },
    progress,
  );
  const spec = draft.spec as ImageJobSpec;
  progress.note(
    `  ${spec.dataset.rows} images of ${spec.classes.length} classes: ${spec.dataset.holdoutRows} held out, ${spec.dataset.shardRows[0]} to train on`,
  );
  const jobId = await stakeDraft(requester, world, { api, draft }, progress);
  return { api, jobId, draft, spec };
}
