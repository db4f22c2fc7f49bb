import { createWriteStream } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { holdoutContext, type ImageEvaluationEvent, imageEvaluationEventSchema } from "@trainchain/protocol";
import { runPython } from "@trainchain/python-env";
import { createKeyRing, createLocalStorage, unseal } from "@trainchain/storage";

/**
 * The downloaded model, counted again on the holdout. Only who runs the platform can do this, because the holdout is
 * sealed to it alone.
 */
export async function evaluateModelAgain(options: {
  envDir: string;
  modelDir: string;
  classes: readonly string[];
  imgsz: number;
  holdoutCid: string;
  draftId: string;
  storageDir: string;
  sealingSecret: string;
  workDir: string;
}): Promise<Extract<ImageEvaluationEvent, { event: "evaluated" }>> {
  const holdout = join(options.workDir, "holdout.zip");
  const keys = createKeyRing(Buffer.from(options.sealingSecret, "hex"));
  const identity = await keys.identityFor(holdoutContext({ draftId: options.draftId }));
  const sealed = await createLocalStorage({ dir: options.storageDir }).get(options.holdoutCid);
  await pipeline(await unseal(sealed, identity), createWriteStream(holdout, { mode: 0o600 }));
  const model = ["--model", join(options.modelDir, "model.onnx"), "--classes", options.classes.join(",")];
  const events: ImageEvaluationEvent[] = await runPython({
    dir: options.envDir,
    script: fileURLToPath(new URL("../../trainer/evaluate_image.py", import.meta.url)),
    args: [...model, "--imgsz", String(options.imgsz), "--holdout", holdout],
    schema: imageEvaluationEventSchema,
  });
  const found = events.find((event) => event.event === "evaluated");
  if (!found) throw new Error(`the evaluator counted nothing: ${JSON.stringify(events)}`);
  return found;
}
