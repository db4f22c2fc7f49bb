import { createWriteStream } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { resultContext, type SealedJob, TrainChainError } from "@trainchain/protocol";
import { unseal } from "@trainchain/storage";
import { extract } from "tar-stream";
import type { WorkerDeps } from "../../deps.ts";

/** What PEFT loads an adapter from. */
const adapterFiles = ["adapter_config.json", "adapter_model.safetensors"];

/** Lays the merged adapter of a job's sealed bundle down in `dir`, in the clear; the rest of the bundle is passed by. */
export async function openBundle(
  { storage, keys }: Pick<WorkerDeps, "storage" | "keys">,
  bundleCid: string,
  job: SealedJob,
  dir: string,
): Promise<void> {
  const missing = new Set(adapterFiles);
  const files = extract();
  const unpacked = (async () => {
    for await (const file of files) {
      if (!missing.delete(file.header.name)) file.resume();
      else await pipeline(file, createWriteStream(join(dir, file.header.name), { flags: "wx", mode: 0o600 }));
    }
  })();
  const bundle = await unseal(await storage.get(bundleCid), await keys.identityFor(resultContext(job)));
  await Promise.all([pipeline(Readable.from(bundle), files), unpacked]);
  if (missing.size === 0) return;
  throw new TrainChainError("internal", `the bundle ${bundleCid} lacks ${[...missing].join(" and ")}`);
}
