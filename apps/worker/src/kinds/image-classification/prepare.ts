import { type DraftToPrepare, savePreparation, savePreparedJob } from "@trainchain/db/work";
import {
  createImageClassificationSchema,
  holdoutContext,
  type ImageJobSpec,
  imageJobSpecSchema,
  imageModels,
  shardContext,
  TrainChainError,
} from "@trainchain/protocol";
import { commitmentTo } from "../../deliveries/commitment-to.ts";
import { storeDocument, storeSealed } from "../../deliveries/seal-file.ts";
import type { WorkerDeps } from "../../deps.ts";
import { runAlone } from "../../run-alone.ts";
import { splitImages } from "./split-images.ts";

/**
 * Prepares an image draft as any other is: checks the archive, keeps a holdout, seals both parts and
 * stores the spec. There is one shard, because there is one contributor. One after another, on all workers: to decode
 * an archive takes up to half an hour, and jobs of rows are prepared and deliveries judged meanwhile.
 */
export async function prepareImages(deps: WorkerDeps, draft: DraftToPrepare, dir: string): Promise<void> {
  if (await runAlone(deps.connection, "prepare-images", () => prepareInTurn(deps, draft, dir))) return;
  throw new TrainChainError("not-ready", "another archive of images is being prepared");
}

async function prepareInTurn(deps: WorkerDeps, draft: DraftToPrepare, dir: string): Promise<void> {
  const draftId = draft.id;
  const request = createImageClassificationSchema.parse(draft.request);
  const { seed = 0 } = request;
  const { report, classes, holdout, shard } = await splitImages(deps, draft, { request, dir });
  const storedHoldout = await storeSealed(deps, holdout.file, holdoutContext({ draftId }));
  const { cid } = await storeSealed(deps, shard.file, shardContext({ draftId, index: 0 }));
  const { rows, sizeBytes, sha256 } = shard;
  const shardAssignments = [{ slot: 0, cid, rows, sizeBytes, sha256 }];
  const model = imageModels.find(({ id }) => id === request.model)!;
  const spec: ImageJobSpec = imageJobSpecSchema.parse({
    version: 1,
    kind: "image-classification",
    draftId,
    ...(request.title ? { title: request.title } : {}),
    description: request.description,
    model: { id: model.id, revision: model.revision },
    training: { epochs: request.epochs, imgsz: request.imgsz, seed },
    classes,
    exportFormat: request.exportFormat,
    dataset: {
      format: "zip",
      rows: holdout.rows + rows,
      holdoutRows: holdout.rows,
      shardRows: [rows],
      shardsSha256: commitmentTo(shardAssignments),
    },
  });
  const specCid = await storeDocument(deps.storage, spec);
  await deps.db.transaction(async (tx) => {
    await savePreparedJob(tx, {
      draftId,
      specCid,
      spec,
      modelName: model.id,
      modelRevision: model.revision,
      contributors: 1,
      datasetFormat: "zip",
      rows: spec.dataset.rows,
      holdoutRows: holdout.rows,
      holdoutCid: storedHoldout.cid,
      shardAssignments,
    });
    await savePreparation(tx, { draftId, status: "ready", report });
  });
}
