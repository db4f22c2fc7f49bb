import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { createApiClient } from "@trainchain/api-client";
import { type AnyReceipt, kindOfResult } from "@trainchain/protocol";
import type { Command } from "commander";
import { readEnv } from "../env.ts";
import type { ReceiptCheck } from "../kinds/receipt-check.ts";
import { adaptersFolder, receiptChecks } from "../kinds/receipt-checks.ts";
import { webAddress, withJson } from "../options.ts";
import { createOutput, type Output } from "../output.ts";
import { boundedFetch, documentBytes } from "../receipt/bounded-fetch.ts";
import type { Finding } from "../receipt/findings.ts";
import { findReceipt, isFolder, readReceipt, readText } from "../receipt/read-receipt.ts";

interface Options {
  adapters?: string;
  spec?: string;
  shards?: string[];
  rpc?: string;
  api?: string;
  json: boolean;
}

const signs = { verified: "✓", differs: "✗", "not recomputed": "–" } as const;

export function addResultVerify(parent: Command): void {
  withJson(parent.command("verify"))
    .description("recompute what a receipt says: CIDs, merge, payouts, transactions; exit 1 where it differs")
    .argument("<receipt>", "receipt.json with the downloaded adapter beside it, or the folder of both")
    .option(
      "--adapters <dir>",
      "the contributors' adapters in the clear, or sealed files, under any names (default: adapters beside it)",
    )
    .option("--spec <file>", "the job's public spec (default: asked of the platform)")
    .option("--shards <cid-or-file...>", "the sealed shards in slot order (default: those that it names)")
    .option("--rpc <url>", "a node of the job's chain (default: RPC_URL, else the platform's)", webAddress)
    .option("--api <url>", "the platform to ask (default: the one that the receipt names)", webAddress)
    .action(async (given: string, options: Options) => {
      const path = await findReceipt(given);
      const output = createOutput(options.json);
      const receipt = await readReceipt(path);
      const platform = await askPlatform(options, receipt, output);
      const ownNode = options.rpc ?? readEnv().RPC_URL;
      const evidence = {
        spec: options.spec === undefined ? platform.spec : await readText(options.spec),
        shards: options.shards ?? receipt.shards ?? [],
        adapters: options.adapters ?? (await adaptersBeside(path)),
        rpcUrl: ownNode ?? platform.rpcUrl,
        contentOf: platform.contentOf,
      };
      const { file, verify }: ReceiptCheck = receiptChecks[kindOfResult(receipt.result)];
      const found = await verify(receipt, { ...evidence, mergedFile: join(dirname(path), file) });
      const isBelieved = ownNode === undefined && platform.isNamedByReceipt;
      const all = isBelieved ? [...found, believing(evidence.rpcUrl)] : found;
      const count = (outcome: Finding["outcome"]) => all.filter((one) => one.outcome === outcome).length;
      output.result({ receipt: path, ok: count("differs") === 0, findings: all }, () => [
        ...all.map(({ outcome, what, detail }) => `${signs[outcome]} ${what}: ${sentence(outcome, detail)}`),
        `${count("verified")} verified, ${count("differs")} differ, ${count("not recomputed")} not recomputed`,
      ]);
      if (count("differs") > 0) process.exitCode = 1;
    });
}

function sentence(outcome: Finding["outcome"], detail: string): string {
  return outcome === "not recomputed" ? `not recomputed, ${detail}` : detail;
}

/**
 * The spec's bytes, the chain's node and stored content, of the platform that is named. What it answers is checked like
 * anything else, but for the node: who wrote a receipt may have named a platform whose node tells the same.
 */
async function askPlatform({ api: given }: Options, { result, platform }: AnyReceipt, output: Output) {
  const baseUrl = given ?? platform;
  if (baseUrl === undefined) return { isNamedByReceipt: false };
  const ask = (maxBytes: number) => createApiClient({ baseUrl, fetch: boundedFetch(maxBytes) });
  const contentOf = (cid: string, maxBytes: number) => ask(maxBytes).getContent(cid);
  const spec = contentOf(result.specCid, documentBytes).then((content) => text(content));
  const asked = Promise.all([spec, ask(documentBytes).getConfig()]);
  const answer = await (given === undefined ? asked.catch(() => undefined) : asked);
  if (!answer) {
    output.note(`${baseUrl}, which the receipt names, does not answer: name another with --api`);
    return { isNamedByReceipt: false };
  }
  const [told, { rpcUrl }] = answer;
  return { spec: told, rpcUrl, contentOf, isNamedByReceipt: given === undefined };
}

/** That the chain's statements rest on a node which the receipt itself leads to. */
function believing(rpcUrl: string | undefined): Finding {
  const detail = `${rpcUrl} is the one that the receipt's own platform names: pass --rpc with one that you trust`;
  return { outcome: "not recomputed", what: "the chain's node", detail };
}

async function adaptersBeside(receiptPath: string): Promise<string | undefined> {
  const folder = join(dirname(receiptPath), adaptersFolder);
  return (await isFolder(folder)) ? folder : undefined;
}
