import { createWriteStream } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { evaluationEventSchema, heldOutBudget, holdoutContext } from "@trainchain/protocol";
import { runPython } from "@trainchain/python-env";
import { createKeyRing, createLocalStorage, unseal } from "@trainchain/storage";

export interface Losses {
  base: number;
  merged: number;
}

/**
 * The held-out loss of base and merged adapter, measured again on the adapter that the requester downloaded:
 * transformers and PEFT load it from its folder as anybody's would. Only who runs the platform can do this,
 * because the holdout is sealed to it alone.
 */
export async function evaluateAgain(options: {
  envDir: string;
  model: string;
  adapterDir: string;
  holdoutCid: string;
  draftId: string;
  storageDir: string;
  sealingSecret: string;
  maxLength: number;
  workDir: string;
}): Promise<Losses> {
  const holdout = join(options.workDir, "holdout.jsonl");
  const keys = createKeyRing(Buffer.from(options.sealingSecret, "hex"));
  const identity = await keys.identityFor(holdoutContext({ draftId: options.draftId }));
  const sealed = await createLocalStorage({ dir: options.storageDir }).get(options.holdoutCid);
  await pipeline(await unseal(sealed, identity), createWriteStream(holdout, { mode: 0o600 }));
  const losses = new Map<string, number>();
  await runPython({
    dir: options.envDir,
    script: fileURLToPath(new URL("../../trainer/evaluate.py", import.meta.url)),
    args: [
      "--model",
      options.model,
      "--holdout",
      holdout,
      "--max-length",
      String(options.maxLength),
      "--max-tokens",
      String(heldOutBudget.mostTokens),
      "--least-rows",
      String(heldOutBudget.leastRows),
      "--adapters",
      options.adapterDir,
    ],
    schema: evaluationEventSchema,
    onEvent: (event) => {
      if (event.event === "evaluated") losses.set(event.name, event.loss);
    },
  });
  const [base, merged] = [losses.get("base"), [...losses].find(([name]) => name !== "base")?.[1]];
  if (base === undefined || merged === undefined) throw new Error("the evaluator gave no loss");
  return { base, merged };
}
