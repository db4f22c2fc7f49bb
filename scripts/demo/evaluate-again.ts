import { createWriteStream } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import {
  type Address,
  adapterContext,
  type EvaluationEvent,
  evaluationEventSchema,
  heldOutBudget,
  holdoutContext,
  type LlmJobSpec,
  type Receipt,
} from "@trainchain/protocol";
import { runPython } from "@trainchain/python-env";
import { createKeyRing, createLocalStorage, unseal } from "@trainchain/storage";

/** Mean nats a token, over all tokens and of each row. */
export type Loss = Pick<Extract<EvaluationEvent, { event: "evaluated" }>, "loss" | "rowLosses">;

export interface Losses {
  base: Loss;
  /** Of the adapter that the requester downloaded. */
  merged: Loss;
  /** Of each contributor's own delivery. */
  singles: Loss[];
}

export interface EvaluateAgainOptions {
  envDir: string;
  model: string;
  adapterDir: string;
  receipt: Receipt;
  spec: LlmJobSpec;
  holdoutCid: string;
  storageDir: string;
  sealingSecret: string;
  workDir: string;
}

/**
 * The held-out losses of base, downloaded adapter and each delivery, measured again: transformers and PEFT load them from
 * their folders as anybody's would. Only who runs the platform can do this, because holdout and deliveries are sealed to
 * it alone.
 */
export async function evaluateAgain(options: EvaluateAgainOptions): Promise<Losses> {
  const holdout = await openSealed(
    options,
    options.holdoutCid,
    "holdout.jsonl",
    holdoutContext(options.spec),
  );
  const singles = await layDownDeliveries(options);
  const { maxLength } = options.spec.training;
  const losses = new Map<string, Loss>();
  await runPython({
    dir: options.envDir,
    script: fileURLToPath(new URL("../../trainer/evaluate.py", import.meta.url)),
    args: [
      ...["--model", options.model, "--holdout", holdout, "--max-length", String(maxLength)],
      ...["--max-tokens", String(heldOutBudget.mostTokens), "--least-rows", String(heldOutBudget.leastRows)],
      ...["--adapters", options.adapterDir, ...singles],
    ],
    schema: evaluationEventSchema,
    onEvent: (event) => {
      if (event.event === "evaluated") losses.set(event.name, event);
    },
  });
  const lossOf = (name: string): Loss => {
    const found = losses.get(name);
    if (!found) throw new Error(`the evaluator gave no loss of ${name}`);
    return found;
  };
  return { base: lossOf("base"), merged: lossOf(options.adapterDir), singles: singles.map(lossOf) };
}

/** Each contributor's delivery in the clear, in a folder that PEFT can load: with the job's own rank and alpha. */
async function layDownDeliveries(options: EvaluateAgainOptions): Promise<string[]> {
  const { receipt, spec, adapterDir, workDir } = options;
  const { chainId, escrow, jobId, contributors } = receipt.result;
  const config = JSON.parse(await readFile(join(adapterDir, "adapter_config.json"), "utf8")) as object;
  const own = { ...config, r: spec.lora.rank, lora_alpha: spec.lora.alpha };
  const folders: string[] = [];
  for (const { adapterCid, slot, contributor } of contributors) {
    const folder = join(workDir, `delivery-${slot}`);
    await mkdir(folder);
    await writeFile(join(folder, "adapter_config.json"), JSON.stringify(own));
    const context = adapterContext({
      ...{ chainId, contract: escrow as Address, jobId: BigInt(jobId) },
      ...{ slot, contributor: contributor as Address },
    });
    await openSealed(options, adapterCid, join(`delivery-${slot}`, "adapter_model.safetensors"), context);
    folders.push(folder);
  }
  return folders;
}

/** Lays what is stored sealed down in the clear, in the work folder; returns its path. */
async function openSealed(
  { storageDir, sealingSecret, workDir }: EvaluateAgainOptions,
  cid: string,
  name: string,
  context: string,
): Promise<string> {
  const keys = createKeyRing(Buffer.from(sealingSecret, "hex"));
  const path = join(workDir, name);
  const sealed = await createLocalStorage({ dir: storageDir }).get(cid);
  await pipeline(
    await unseal(sealed, await keys.identityFor(context)),
    createWriteStream(path, { mode: 0o600 }),
  );
  return path;
}
