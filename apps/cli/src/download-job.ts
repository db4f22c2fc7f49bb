import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, extname, join, resolve, sep } from "node:path";
import type { ApiClient } from "@trainchain/api-client";
import { saveStream } from "@trainchain/api-client/node";
import {
  type AnyReceipt,
  type ErrorCode,
  errorTable,
  isDelivered,
  kindOf,
  kindOfResult,
  TrainChainError,
} from "@trainchain/protocol";
import { parseTar } from "nanotar";
import { adaptersFolder, receiptChecks } from "./kinds/receipt-checks.ts";

/** A slot whose delivery could not be fetched, and why. */
export interface MissingDelivery {
  slot: number;
  code: ErrorCode;
  message: string;
}

export interface Download {
  files: string[];
  receipt?: AnyReceipt;
  /** The others are there. */
  missing: MissingDelivery[];
}

/** Fetches what a job came to: its result, or where it ended without one what was delivered to it, which is paid. */
export async function downloadJob(
  api: ApiClient,
  jobId: string,
  folder: string,
  options: { adapters: boolean },
): Promise<Download> {
  const job = await api.getJob(jobId);
  const slots = job.slots.filter(isDelivered).map(({ slot }) => slot);
  const isWithout = job.resultCid === null && (job.status === "settled" || job.status === "expired");
  if (!isWithout || slots.length === 0) return downloadResult(api, jobId, folder, options);
  const suffix = extname(kindOf(job.kind).trainer.deliveredAs);
  return downloadDeliveries(api, jobId, folder, { slots, suffix });
}

/** What is missing, a line for each slot, and what can be done about it. */
export function describeMissing(missing: readonly MissingDelivery[]): string[] {
  if (missing.length === 0) return [];
  return [
    ...missing.map(({ slot, message }) => `✗ the delivery of slot ${slot} is missing: ${message}`),
    "Ask for it again later, with the same command; what stays missing, ask the platform's operator for.",
  ];
}

/** How a command ends that could not fetch everything: 75 where the same may work later, 2 where not. */
export function failOver(missing: readonly MissingDelivery[]): void {
  if (missing.length > 0) process.exitCode = missing.some(({ code }) => errorTable[code].retry) ? 75 : 2;
}

/** Fetches a finished job's bundle, receipt and, where the receipt is computed again from them, its adapters. */
async function downloadResult(
  api: ApiClient,
  jobId: string,
  folder: string,
  { adapters }: { adapters: boolean },
): Promise<Download> {
  await mkdir(folder, { recursive: true });
  const archive = join(folder, ".result.tar");
  await saveStream(await api.downloadResult(jobId), archive);
  const files = await extractTar(archive, folder).finally(() => rm(archive, { force: true }));
  const receipt = await api.getAnyReceipt(jobId);
  await writeFile(join(folder, "receipt.json"), `${JSON.stringify(receipt, null, 2)}\n`);
  files.push("receipt.json");
  const { result } = receipt;
  if (!adapters || !receiptChecks[kindOfResult(result)].usesAdapters) return { files, receipt, missing: [] };
  const slots = result.contributors.map(({ slot }) => slot);
  const delivered = await downloadDeliveries(api, jobId, folder, { slots, suffix: ".safetensors" });
  return { ...delivered, files: [...files, ...delivered.files], receipt };
}

/** Each delivery by itself: one that cannot be had keeps none of the others from being fetched. */
async function downloadDeliveries(
  api: ApiClient,
  jobId: string,
  folder: string,
  { slots, suffix }: { slots: readonly number[]; suffix: string },
): Promise<Download> {
  await mkdir(join(folder, adaptersFolder), { recursive: true });
  const files: string[] = [];
  const missing: MissingDelivery[] = [];
  for (const slot of slots) {
    const file = join(adaptersFolder, `slot-${slot}${suffix}`);
    try {
      await saveStream(await api.downloadAdapter(jobId, slot), join(folder, file));
      files.push(file);
    } catch (error) {
      if (!(error instanceof TrainChainError)) throw error;
      missing.push({ slot, code: error.code, message: error.message });
    }
  }
  return { files, missing };
}

/** Writes an archive's files below the folder and nowhere else. An adapter fits in memory. */
async function extractTar(archive: string, folder: string): Promise<string[]> {
  const files = parseTar(await readFile(archive)).filter(({ type }) => type === "file");
  const inside = join(resolve(folder), sep);
  for (const { name, data } of files) {
    const path = resolve(inside, name);
    if (!path.startsWith(inside))
      throw new TrainChainError("invalid-input", `the archive has a file outside its folder: ${name}`, {
        fix: "Do not use this result; report it.",
      });
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, data ?? new Uint8Array());
  }
  return files.map(({ name }) => name);
}
