import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { ImageJobForWork } from "@trainchain/db/work";
import {
  type ImageResultDocument,
  imageResultDocumentSchema,
  resultContext,
  TrainChainError,
  verdictOn,
} from "@trainchain/protocol";
import { sha256OfFile } from "@trainchain/storage";
import { fetchDelivery } from "../../deliveries/fetch-delivery.ts";
import { storeSealed } from "../../deliveries/seal-file.ts";
import { sealedJob } from "../../deliveries/sealed-job.ts";
import { slotOf } from "../../deliveries/slot-of.ts";
import { writeBundle } from "../../deliveries/write-bundle.ts";
import type { WorkerDeps } from "../../deps.ts";
import type { Concluded } from "../kind-work.ts";
import { type JudgedModel, judgeModel } from "./judge-model.ts";
import { imageModelCard } from "./model-card.ts";

/**
 * Ends an image job: its one delivery is judged once more, on the file as it will be handed out, and bundled. There
 * is nothing to merge.
 */
export async function bundleModel(deps: WorkerDeps, found: ImageJobForWork, dir: string): Promise<Concluded> {
  const submission = found.submissions.find(({ status }) => status === "submitted");
  if (!submission) throw new TrainChainError("internal", `job ${found.job.jobId} has no delivery to bundle`);
  const { contributor, adapterCid } = submission;
  const path = join(dir, "delivery.tar");
  const failure = await fetchDelivery(deps, found, submission, path);
  if (failure) return { verdicts: [{ contributor, adapterCid, checks: [failure] }], result: undefined };
  const files = join(dir, "model");
  await mkdir(files);
  const judged = await judgeModel(deps, found, { contributor, adapterCid, path }, files);
  const verdicts = [judged.verdict];
  if (!judged.delivery || verdictOn(judged.verdict.checks) === "refused")
    return { verdicts, result: undefined };

  const document = await resultOf(deps, found, judged);
  const bundle = join(dir, "bundle.tar");
  const { onnx, unopened } = judged.delivery;
  await writeBundle(bundle, [
    { name: "README.md", text: imageModelCard(found.prepared.spec, document) },
    { name: "result.json", text: `${JSON.stringify(document, null, 2)}\n` },
    { name: "model.onnx", path: onnx },
    ...(unopened ? [{ name: `model.${unopened.format}`, path: unopened.path }] : []),
  ]);
  const { cid: bundleCid } = await storeSealed(deps, bundle, resultContext(sealedJob(deps, found)));
  return { verdicts, result: imageResultDocumentSchema.parse({ ...document, bundleCid }) };
}

async function resultOf(
  { chainId, escrow }: WorkerDeps,
  { job, slots, prepared }: ImageJobForWork,
  { verdict, delivery, evaluation }: JudgedModel,
): Promise<Omit<ImageResultDocument, "bundleCid">> {
  if (!delivery || !evaluation) throw new TrainChainError("internal", `job ${job.jobId} was not evaluated`);
  const { spec, specCid, shardAssignments } = prepared;
  const { contributor, adapterCid, checks, adapterSha256, sizeBytes } = verdict;
  const [shard] = shardAssignments;
  const { unopened, onnx } = delivery;
  return {
    version: 1,
    kind: "image-classification",
    jobId: job.jobId.toString(),
    chainId,
    escrow,
    specCid,
    modelSha256: await sha256OfFile(onnx),
    unopened: unopened && { format: unopened.format, sha256: await sha256OfFile(unopened.path) },
    model: spec.model,
    classes: spec.classes,
    contributors: [
      {
        contributor,
        slot: slotOf({ job, slots }, contributor),
        rows: shard?.rows ?? 0,
        weight: 1,
        adapterCid,
        adapterSha256: adapterSha256 ?? "",
        sizeBytes: sizeBytes ?? 0,
        checks: [...checks],
      },
    ],
    evaluation,
    communicationBytes: (shard?.sizeBytes ?? 0) + (sizeBytes ?? 0),
  };
}
