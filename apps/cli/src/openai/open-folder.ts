import { randomBytes } from "node:crypto";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { stdin } from "node:process";
import { createInterface } from "node:readline/promises";
import { TrainChainError } from "@trainchain/protocol";
import { amount } from "../job-options.ts";
import type { WalletPlatform } from "../platform.ts";
import { digestOf } from "./app.ts";
import { openStore, type Store } from "./store.ts";

/** What a start says of the folder. */
interface FolderOptions {
  dir?: string;
  limit?: bigint;
  newKey: boolean;
}

/**
 * The folder of a wallet's server. At its first start the limit is asked for, unless it is given, and a key is made,
 * which is told once: of it only the digest is kept.
 */
export async function openFolder(
  { account, escrow }: Pick<WalletPlatform, "account" | "escrow">,
  { dir, limit, newKey }: FolderOptions,
): Promise<{ store: Store; newKey: string | undefined }> {
  const owner = `${account.address.toLowerCase()}@${escrow.toLowerCase()}`;
  const store = await openStore(
    resolve(dir ?? join(homedir(), ".trainchain", "openai", owner)),
    async () => ({
      ...{ version: 1 as const, owner, keySha256: "", files: [], jobs: [] },
      limitWei: (limit ?? (await askLimit())).toString(),
    }),
  );
  const { state } = store;
  if (state.owner !== owner) {
    await store.close();
    throw new TrainChainError("conflict", `${dir} is the folder of ${state.owner}, not of ${owner}`, {
      fix: "Name another folder with --dir: a limit is one wallet's on one escrow.",
    });
  }
  if (limit !== undefined) state.limitWei = limit.toString();
  const key = newKey || state.keySha256 === "" ? makeKey() : undefined;
  if (key !== undefined) state.keySha256 = digestOf(key);
  await store.save();
  return { store, newKey: key };
}

function makeKey(): string {
  return `sk-trainchain-${randomBytes(32).toString("base64url")}`;
}

async function askLimit(): Promise<bigint> {
  if (!stdin.isTTY)
    throw new TrainChainError("invalid-input", "nothing says what may be staked", {
      fix: "Say it once with --limit, in POL.",
    });
  const terminal = createInterface({ input: stdin, output: process.stderr });
  const answer = await terminal.question("What may its jobs stake in all, in POL? ");
  terminal.close();
  return amount(answer.trim());
}
