import { createReadStream } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { type AdapterReceipt, deliveredSha256 } from "@trainchain/protocol";
import { computeCid, sealedBytesOf, sha256OfFile } from "@trainchain/storage";
import type { Findings } from "../../receipt/findings.ts";
import type { ReceiptEvidence } from "../../receipt/receipt-evidence.ts";

/** Of no file is more fetched, whatever size a receipt states. */
const largestBytes = 16 * 2 ** 30;
/** What a bundle has beside the merge, which may be kept in wider numbers than what was delivered. */
const documentsBytes = 64 * 2 ** 20;

/** A file that may be one of those that a receipt names: known by its content, whatever its name. */
interface GivenFile {
  path: string;
  sha256: string;
  cid: string;
}

/** Files in the clear that a round was merged from; undefined where they were not given, or are none of it. */
export interface GivenAdapters {
  /** One a contributor, in the receipt's order. */
  adapters: (string | undefined)[];
  start: string | undefined;
  lastMean: string | undefined;
}

/**
 * Looks for the receipt's files below a folder: adapters in the clear by their sha256, adapters and bundle as they
 * are stored, sealed, by their CID. What is sealed and not there is asked of the platform.
 * @returns what is in the clear of what the merge was made from
 */
export async function checkGivenFiles(
  findings: Findings,
  { result }: AdapterReceipt,
  { adapters: folder, contentOf }: Pick<ReceiptEvidence, "adapters" | "contentOf">,
): Promise<GivenAdapters> {
  const files = folder === undefined ? [] : await hashFolder(folder);
  const why = folder === undefined ? "no folder was given: name one with --adapters" : `not in ${folder}`;
  const used = new Set<GivenFile>();
  const find = (what: string, stated: string, key: "sha256" | "cid"): string | undefined => {
    const found = files.find((file) => file[key] === stated);
    if (found) {
      used.add(found);
      findings.compare(what, stated, found[key]);
    } else findings.cannot(what, why);
    return found?.path;
  };
  /** Sealed: in the folder, or as the platform keeps it. */
  const findSealed = async (what: string, stated: string, sizeBytes: number): Promise<void> => {
    if (files.some(({ cid }) => cid === stated) || !contentOf) return void find(what, stated, "cid");
    const stored = await contentOf(stated, sealedBytesOf(Math.min(sizeBytes, largestBytes)))
      .then(computeCid)
      .catch((error: unknown) => error);
    if (typeof stored === "string") findings.compare(what, stated, stored);
    else
      findings.cannot(
        what,
        `the platform did not give it: ${stored instanceof Error ? stored.message : stored}`,
      );
  };
  const adapters: GivenAdapters["adapters"] = [];
  for (const { contributor, adapterSha256, adapterCid, sizeBytes } of result.contributors) {
    await findSealed(`adapterCid of ${contributor}`, adapterCid, sizeBytes);
    adapters.push(find(`adapterSha256 of ${contributor}`, adapterSha256, "sha256"));
  }
  const { start, lastMean, next } = ("series" in result && result.series) || {};
  const parts = [...result.contributors, start, next?.start, next?.lastMean];
  const partBytes = parts.reduce((sum, part) => sum + (part?.sizeBytes ?? 0), 0);
  await findSealed("bundleCid", result.bundleCid, 2 * partBytes + documentsBytes);
  const found = {
    adapters,
    start: start ? find("start", start.sha256, "sha256") : undefined,
    lastMean: lastMean ? find("last round's mean", lastMean.sha256, "sha256") : undefined,
  };
  // What the round hands on is made again from these; the file itself may lie there, and need not.
  const handedOn = [next?.start.sha256, next?.lastMean.sha256, result.mergedSha256, result.delivered?.sha256];
  const strangers = files.filter((file) => !used.has(file) && file.path.endsWith(".safetensors"));
  for (const { path, sha256 } of strangers.filter((file) => !handedOn.includes(file.sha256)))
    findings.differs(path, `it is none of the receipt's adapters: its sha256 is ${sha256}`);
  return found;
}

/** The adapter beside the receipt, as a download leaves it: the merge, or what is delivered in its place. */
export async function checkMergedFile(
  findings: Findings,
  { result }: AdapterReceipt,
  path: string,
): Promise<void> {
  const what = `${result.delivered ? "delivered sha256" : "mergedSha256"} against ${path}`;
  const sha256 = await sha256OfFile(path).catch(() => undefined);
  if (sha256 === undefined) findings.cannot(what, "there is no such file");
  else findings.compare(what, deliveredSha256(result), sha256);
}

async function hashFolder(folder: string): Promise<GivenFile[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files: GivenFile[] = [];
  for (const entry of entries.filter((one) => one.isFile())) {
    const path = join(entry.parentPath, entry.name);
    const [sha256, cid] = await Promise.all([sha256OfFile(path), computeCid(createReadStream(path))]);
    files.push({ path, sha256, cid });
  }
  return files;
}
