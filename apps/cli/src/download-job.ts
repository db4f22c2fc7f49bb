import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, extname, join, resolve, sep } from "node:path";
import type { ApiClient } from "@trainchain/api-client";
import { saveStream } from "@trainchain/api-client/node";
import { type AnyReceipt, isDelivered, kindOf, kindOfResult, TrainChainError } from "@trainchain/protocol";
import { parseTar } from "nanotar";
import { adaptersFolder, receiptChecks } from "./kinds/receipt-checks.ts";

/** Fetches what a job came to: its result, or where it ended without one what was delivered to it, which is paid. */
export async function downloadJob(
  api: ApiClient,
  jobId: string,
  folder: string,
  options: { adapters: boolean },
): Promise<{ files: string[]; receipt?: AnyReceipt }> {
  const job = await api.getJob(jobId);
  const delivered = job.slots.filter(isDelivered);
  const isWithout = job.status === "settled" || job.status === "expired";
  if (!isWithout || delivered.length === 0) return downloadResult(api, jobId, folder, options);
  await mkdir(join(folder, adaptersFolder), { recursive: true });
  const files: string[] = [];
  for (const { slot } of delivered) {
    const file = join(adaptersFolder, `slot-${slot}${extname(kindOf(job.kind).trainer.deliveredAs)}`);
    await saveStream(await api.downloadAdapter(jobId, slot), join(folder, file));
    files.push(file);
  }
  return { files };
}

/** Fetches a finished job's bundle, receipt and, where the receipt is computed again from them, its adapters. */
async function downloadResult(
  api: ApiClient,
  jobId: string,
  folder: string,
  { adapters }: { adapters: boolean },
): Promise<{ files: string[]; receipt: AnyReceipt }> {
  await mkdir(folder, { recursive: true });
  const archive = join(folder, ".result.tar");
  await saveStream(await api.downloadResult(jobId), archive);
  const files = await extractTar(archive, folder).finally(() => rm(archive, { force: true }));
  const receipt = await api.getAnyReceipt(jobId);
  await writeFile(join(folder, "receipt.json"), `${JSON.stringify(receipt, null, 2)}\n`);
  files.push("receipt.json");
  const { result } = receipt;
  if (!adapters || !receiptChecks[kindOfResult(result)].usesAdapters) return { files, receipt };
  await mkdir(join(folder, adaptersFolder), { recursive: true });
  for (const { slot } of result.contributors) {
    const file = join(adaptersFolder, `slot-${slot}.safetensors`);
    await saveStream(await api.downloadAdapter(jobId, slot), join(folder, file));
    files.push(file);
  }
  return { files, receipt };
}

/** Writes an archive's files below the folder and nowhere else. An adapter fits in memory. */
async function extractTar(archive: string, folder: string): Promise<string[]> {
  const files = parseTar(await readFile(archive)).filter(({ type }) => type === "file");
  for (const { name, data } of files) {
    const path = resolve(folder, name);
    if (!path.startsWith(folder + sep))
      throw new TrainChainError("invalid-input", `the archive has a file outside its folder: ${name}`, {
        fix: "Do not use this result; report it.",
      });
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, data ?? new Uint8Array());
  }
  return files.map(({ name }) => name);
}
