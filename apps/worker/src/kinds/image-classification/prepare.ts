import { type PreparedArchive, prepareImageArchive } from "@trainchain/dataset/node/images";
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
import { openUpload } from "../../open-upload.ts";
import { runImageScript } from "./run-image-script.ts";

/**
 * Prepares an image draft as shard-dataset does any other: checks the archive, keeps a holdout, seals both parts and
 * stores the spec. There is one shard, because there is one contributor.
 */
export async function prepareImages(deps: WorkerDeps, draft: DraftToPrepare, dir: string): Promise<void> {
  const draftId = draft.id;
  const request = createImageClassificationSchema.parse(draft.request);
  const seed = request.seed ?? 0;
  const { path } = await openUpload(deps.dataDir, draft.uploadId);
  const { report, classes, holdout, shard } = await prepareImageArchive({
    file: path,
    seed,
    holdout: request.holdoutImages,
    classes: request.classes,
    outDir: dir,
  });
  for (const part of [holdout, shard]) await assertDecodes(deps, part, { ...report });

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
    await savePreparation(tx, { draftId, status: "ready", report: { ...report } });
  });
}

/** Decodes every image in a process without keys: a header can promise what a file does not hold. */
async function assertDecodes(
  deps: WorkerDeps,
  { file, sources }: PreparedArchive,
  report: Record<string, unknown>,
): Promise<void> {
  const events = await runImageScript(deps, "check_images.py", ["--archive", file]);
  const problems = events.flatMap((event) =>
    event.event === "unreadable"
      ? [
          {
            kind: "unreadable-image",
            severity: "error",
            file: sources.get(event.file) ?? event.file,
            count: 1,
            problem: `does not decode: ${event.message}`,
            fix: "Save the image again, or leave it out.",
          },
        ]
      : [],
  );
  const [first] = problems;
  if (!first) return;
  throw new TrainChainError("dataset-invalid", `${first.file} ${first.problem}`, {
    fix: first.fix,
    facts: { report: { ...report, ok: false, errors: problems.length, problems } },
  });
}
