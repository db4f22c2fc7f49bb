import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { createApiClient } from "@trainchain/api-client";
import { type AnyReceipt, kindOfResult } from "@trainchain/protocol";
import type { Command } from "commander";
import { readEnv } from "../env.ts";
import { type ReceiptCheck, receiptChecks } from "../kinds/receipt-checks.ts";
import { withJson } from "../options.ts";
import { createOutput } from "../output.ts";
import { assertReadable } from "../readable-file.ts";
import type { Finding } from "../receipt/findings.ts";
import { parseJson } from "../receipt/parse-json.ts";
import { parseReceipt } from "../receipt/parse-receipt.ts";

interface Options {
  adapters?: string;
  spec?: string;
  shards: string[];
  rpc?: string;
  api?: string;
  json: boolean;
}

const signs = { verified: "✓", differs: "✗", "not recomputed": "–" } as const;

export function addResultVerify(parent: Command): void {
  withJson(parent.command("verify"))
    .description("recompute what a receipt says: CIDs, merge, payouts, transactions; exit 1 where it differs")
    .argument("<receipt>", "receipt.json, with the downloaded adapter beside it")
    .option("--adapters <dir>", "the contributors' adapters in the clear, or sealed files, under any names")
    .option("--spec <file>", "the job's public spec (default: asked of --api)")
    .option("--shards <cid-or-file...>", "the sealed shards in slot order", [])
    .option("--rpc <url>", "a node of the job's chain (default: RPC_URL, else the platform's)")
    .option("--api <url>", "a platform to fetch the spec from")
    .action(async (path: string, options: Options) => {
      const receipt = await readReceipt(path);
      const platform = await askPlatform(options, receipt);
      const evidence = {
        spec: options.spec === undefined ? platform.spec : await readText(options.spec),
        shards: options.shards,
        adapters: options.adapters,
        rpcUrl: options.rpc ?? readEnv().RPC_URL ?? platform.rpcUrl,
      };
      const { file, verify }: ReceiptCheck = receiptChecks[kindOfResult(receipt.result)];
      const all = await verify(receipt, { ...evidence, mergedFile: join(dirname(path), file) });
      const count = (outcome: Finding["outcome"]) => all.filter((one) => one.outcome === outcome).length;
      createOutput(options.json).result({ receipt: path, ok: count("differs") === 0, findings: all }, () => [
        ...all.map(({ outcome, what, detail }) => `${signs[outcome]} ${what}: ${sentence(outcome, detail)}`),
        `${count("verified")} verified, ${count("differs")} differ, ${count("not recomputed")} not recomputed`,
      ]);
      if (count("differs") > 0) process.exitCode = 1;
    });
}

function sentence(outcome: Finding["outcome"], detail: string): string {
  return outcome === "not recomputed" ? `not recomputed, ${detail}` : detail;
}

async function readReceipt(path: string): Promise<AnyReceipt> {
  return parseReceipt(parseJson(await readText(path)), path);
}

/** The spec's bytes and the chain's node, where a platform is named. What it answers is checked like anything else. */
async function askPlatform({ api: baseUrl }: Options, { result }: AnyReceipt) {
  if (baseUrl === undefined) return { spec: undefined, rpcUrl: undefined };
  const api = createApiClient({ baseUrl });
  const [content, { rpcUrl }] = await Promise.all([api.getContent(result.specCid), api.getConfig()]);
  return { spec: await new Response(content).text(), rpcUrl };
}

async function readText(path: string): Promise<string> {
  await assertReadable(path);
  return readFile(path, "utf8");
}
