import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import type { AnyReceipt } from "@trainchain/protocol";
import { parseJson } from "@trainchain/protocol/plain";
import { assertReadable } from "../readable-file.ts";
import { parseReceipt } from "./parse-receipt.ts";

/** The path of a receipt, given as it is or by the folder of a downloaded result. */
export async function findReceipt(given: string): Promise<string> {
  return (await isFolder(given)) ? join(given, "receipt.json") : given;
}

export async function readReceipt(path: string): Promise<AnyReceipt> {
  return parseReceipt(parseJson(await readText(path)), path);
}

export function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

export async function readText(path: string): Promise<string> {
  await assertReadable(path);
  return readFile(path, "utf8");
}
