import { join } from "node:path";
import { type PreparedArchive, prepareImageArchive } from "@trainchain/dataset/node/images";
import type { DraftToPrepare } from "@trainchain/db/work";
import { type CreateImageClassification, imageJobSpecSchema, TrainChainError } from "@trainchain/protocol";
import { isDeath } from "../../deliveries/try-file.ts";
import type { WorkerDeps } from "../../deps.ts";
import { openEarlierData } from "../../open-earlier-data.ts";
import { openUpload } from "../../open-upload.ts";
import { runImageScript } from "./run-image-script.ts";

/** The images of a draft in two archives, by their paths. */
interface SplitImages {
  classes: string[];
  holdout: { file: string; rows: number };
  shard: Omit<PreparedArchive, "sources">;
  report: Record<string, unknown>;
}

/** Splits what was uploaded for a draft. One that was changed from another has the two archives of that one. */
export async function splitImages(
  deps: WorkerDeps,
  draft: DraftToPrepare,
  { request, dir }: { request: CreateImageClassification; dir: string },
): Promise<SplitImages> {
  if (draft.changedFromId !== null) return openEarlier(deps, draft.changedFromId, dir);
  const { path } = await openUpload(deps.dataDir, draft.uploadId);
  const { seed = 0, holdoutImages, classes } = request;
  const split = await prepareImageArchive({ file: path, seed, holdout: holdoutImages, classes, outDir: dir });
  for (const part of [split.holdout, split.shard]) await assertDecodes(deps, part, { ...split.report });
  return { ...split, report: { ...split.report } };
}

/** There is one contributor, so nothing is cut anew. */
async function openEarlier(deps: WorkerDeps, draftId: string, dir: string): Promise<SplitImages> {
  const { prepared, report, holdout, shards } = await openEarlierData(deps, draftId, dir);
  const { classes } = imageJobSpecSchema.parse(prepared.spec);
  const [shard] = prepared.shardAssignments;
  if (!shard) throw new Error(`the draft ${draftId} was prepared without a shard`);
  const { rows, sizeBytes, sha256 } = shard;
  return {
    ...{ classes, report },
    holdout: { file: join(dir, holdout), rows: prepared.holdoutRows },
    shard: { file: join(dir, shards[0] ?? ""), rows, sizeBytes, sha256 },
  };
}

/** Decodes every image in a process without keys: a header can promise what a file does not hold. */
async function assertDecodes(
  deps: WorkerDeps,
  { file, sources }: PreparedArchive,
  report: Record<string, unknown>,
): Promise<void> {
  const check = (args: readonly string[]) => runImageScript(deps, "check_images.py", args);
  const events = await check(["--archive", file]).catch(async (error: unknown) => {
    if (!isDeath(error)) throw error;
    await check(["--known-good"]);
    throw endedTheCheck(error, report);
  });
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

/** Of an archive that the script died of, while it does well with another one. */
function endedTheCheck(cause: TrainChainError, report: Record<string, unknown>): TrainChainError {
  const isLong = cause.facts.signal === "SIGXCPU" || cause.code === "timeout";
  return new TrainChainError(
    "dataset-invalid",
    isLong
      ? "the archive's images take longer to decode than they may"
      : "the archive's images ended the program that decodes them",
    {
      fix: "Save the images again as plain JPEG or PNG, no larger than they are trained on, and pack them anew.",
      facts: { report: { ...report, ok: false }, endedProgram: true },
      cause,
    },
  );
}
