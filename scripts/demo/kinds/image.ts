import { readdir, readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import {
  type ImageJobSpec,
  type ImageReceipt,
  imageReceiptSchema,
  type TrainerEvent,
  trainerEventSchema,
} from "@trainchain/protocol";
import { shapesArchive } from "@trainchain/testing/generated-images";
import { pythonEnvDir } from "../../env.ts";
import { checkImageClaims } from "../check-image-claims.ts";
import type { DemoKind } from "../demo-kind.ts";
import { unpackResult } from "../download-result.ts";
import { evaluateModelAgain } from "../evaluate-model-again.ts";
import { type ImageOutcome, printImageReport } from "../image-report.ts";

/** Training an image classifier: one contributor, one model. */
export const imageDemo: DemoKind<ImageOutcome> = {
  contributors: () => 1,
  model: () => undefined,
  /** The project's own pictures, where no archive is named. */
  async dataset({ image }, dir) {
    if (image.dataset) return image.dataset;
    const file = join(dir, "shapes.zip");
    await writeFile(file, await shapesArchive(150));
    return file;
  },
  create: (api, { image: { model, epochs, imgsz, exportFormat } }, given) =>
    api.requestJob("image-classification", {
      ...{ ...given, model, epochs, imgsz, exportFormat },
      description: "Tell small pictures apart.",
      seed: 1,
    }),
  words: {
    preparing: "check every image, keep a holdout, seal the rest",
    working: "preflight, accept, train, export, hand in, verify, complete",
  },
  describe(draft) {
    const { dataset, classes } = draft.spec as ImageJobSpec;
    return `${dataset.rows} images of ${classes.length} classes: ${dataset.holdoutRows} held out, ${dataset.shardRows[0]} to train on`;
  },
  async examine({ world, progress, api, jobId, draft, resultDir: modelDir, holdoutCid }) {
    const { classes, training } = draft.spec as ImageJobSpec;
    const receipt: ImageReceipt = await progress.step("download the result", async () => {
      await unpackResult(api, jobId, modelDir);
      const found = imageReceiptSchema.parse(await api.getAnyReceipt(jobId));
      await writeFile(join(modelDir, "receipt.json"), `${JSON.stringify(found, null, 2)}\n`);
      return found;
    });
    const counted = await progress.step("open the downloaded model and count again", () =>
      evaluateModelAgain({
        ...{ modelDir, classes, holdoutCid, imgsz: training.imgsz },
        envDir: pythonEnvDir,
        draftId: draft.id,
        storageDir: join(world.dataDir, "storage"),
        sealingSecret: world.sealingSecret,
        workDir: world.dataDir,
      }),
    );
    const seen = await readTrainerEvents(world.dataDir);
    const loaded = seen.find((event) => event.event === "model-loaded");
    const done = seen.find((event) => event.event === "done");
    return {
      own: {
        receipt,
        pretrained: loaded?.pretrained ?? false,
        trainingSeconds: done?.seconds ?? Number.NaN,
      },
      checkClaims: (evidence) => checkImageClaims({ ...evidence, receipt, modelDir, counted }),
    };
  },
  print: printImageReport,
};

/** What the contributor's trainer said, from the log in its agent's folder. */
async function readTrainerEvents(dataDir: string): Promise<TrainerEvent[]> {
  const agentDir = join(dataDir, "contributor-1");
  const files = await readdir(agentDir, { recursive: true });
  const log = files.find((file) => basename(file) === "trainer.log");
  const lines = log ? (await readFile(join(agentDir, log), "utf8")).split("\n") : [];
  return lines
    .filter((line) => line.startsWith('{"event"'))
    .map((line) => trainerEventSchema.parse(JSON.parse(line)));
}
