import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline, Readable } from "node:stream";
import { computeCid } from "@trainchain/storage";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import type { Finding } from "./findings.ts";
import { adapterReceipt } from "./testing/adapter-receipt.ts";

const mebibyte = 2 ** 20;
/** What the server sends in place of an answer without end. */
const endless = 96 * mebibyte;
const spec = "{}";
const specCid = await computeCid(new TextEncoder().encode(spec));
const wallets = { escrow: `0x${"e5".repeat(20)}`, aggregator: `0x${"a9".repeat(20)}` };
const chain = { chainId: 80_002, chainName: "its own", rpcUrl: "", explorerUrl: null };
const config = { ...chain, ...wallets, feeBps: 0, models: [], limits: { uploadBytes: 1, adapterBytes: 1 } };

let folder: string;
let platform: string;
/** Which addresses are answered without end. */
let isEndless: (path: string) => boolean;
let sentBytes = 0;

const server = createServer((request, response) => {
  const path = request.url ?? "";
  if (isEndless(path)) {
    pipeline(Readable.from(pieces()), response, () => undefined);
  } else response.end(path === "/config" ? JSON.stringify(config) : spec);
});

function* pieces() {
  const piece = Buffer.alloc(64 * 1_024, "x");
  for (let sent = 0; sent < endless; sent += piece.length) {
    sentBytes += piece.length;
    yield piece;
  }
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "trainchain-harmful-"));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  platform = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const receipt = adapterReceipt("b".repeat(64));
  const told = { ...receipt, platform, result: { ...receipt.result, specCid } };
  await writeFile(join(folder, "receipt.json"), JSON.stringify(told));
  await writeFile(join(folder, "rows.jsonl"), "{}\n");
});
beforeEach(() => {
  sentBytes = 0;
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await rm(folder, { recursive: true, force: true });
});

/** Runs `trainchain … --json` in the folder. */
function trainchain(...args: string[]): Promise<{ stdout: string; stderr: string }> {
  const script = join(import.meta.dirname, "..", "main.ts");
  const flags = ["--disable-warning=ExperimentalWarning", script, ...args, "--json"];
  const options = { env: { PATH: process.env.PATH, HOME: folder }, cwd: folder };
  return new Promise((resolve) =>
    execFile(process.execPath, flags, options, (_, stdout, stderr) => resolve({ stdout, stderr })),
  );
}

async function verify(): Promise<Finding[]> {
  const { stdout } = await trainchain("result", "verify", "receipt.json");
  return JSON.parse(stdout).findings;
}

it("a receipt whose platform answers a sealed file without end has it not recomputed", async () => {
  isEndless = (path) => path.startsWith("/ipfs/") && !path.includes(specCid);
  const findings = await verify();
  const adapter = findings.find(({ what }) => what.startsWith("adapterCid"));
  expect(adapter).toMatchObject({
    outcome: "not recomputed",
    detail: expect.stringContaining("longer than"),
  });
  // Two adapters and the bundle, for which there is no size but the adapters'.
  expect(sentBytes).toBeLessThan(endless);
});

it.each(["/ipfs/", "/config"])("nor does one hold whose platform answers %s without end", async (path) => {
  isEndless = (asked) => asked.startsWith(path);
  expect(await verify()).toContainEqual(
    expect.objectContaining({ what: "specCid", outcome: "not recomputed" }),
  );
  expect(sentBytes).toBeLessThan(endless / 2);
});

it("rows are traced by no spec without end", async () => {
  isEndless = (path) => path.startsWith("/ipfs/");
  const { stdout } = await trainchain(
    "trace",
    "receipt.json",
    "--text",
    "rows.jsonl",
    "--dataset",
    "rows.jsonl",
  );
  expect(JSON.parse(stdout)).toMatchObject({ error: { code: "too-large" } });
  expect(sentBytes).toBeLessThan(endless / 2);
});
