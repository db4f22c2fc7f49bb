import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Finding, parseReceipt, verifyReceipt } from "@trainchain/cli";
import { writeInitialAdapter } from "@trainchain/lora/node";
import { kindOfResult, type Receipt, TrainChainError } from "@trainchain/protocol";
import { sha256OfFile } from "@trainchain/storage";
import { roles } from "@trainchain/testing";
import { toyModules } from "@trainchain/testing/toy-adapters";
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { mutationsOf } from "../../apps/cli/src/receipt/testing/mutations.ts";
import { type JobWorld, startJobWorld } from "../job-moves/job-world.ts";
import { ensurePythonTools, runPythonTool } from "../python-tools.ts";

let world: JobWorld;
let folder: string;
let receipt: Receipt;
let spec: string;

/** A whole job of three contributors with unequal rows, downloaded, with the adapters that went in beside it. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "trainchain-receipt-"));
  world = await startJobWorld();
  const jobId = await world.openJob({ contributors: 3, minContributors: 3, rewardWei: 1_000_003n });
  for (const noiseSeed of [1, 2, 3]) {
    const contributor = await world.person(roles.firstContributor + noiseSeed);
    await world.accept(jobId, contributor);
    await world.deliver(jobId, contributor);
  }
  await world.untilStatus(jobId, "completed");
  await world.trainchain(roles.requester, "job", "download", String(jobId), "--out", folder);
  receipt = JSON.parse(await readFile(join(folder, "receipt.json"), "utf8")) as Receipt;
  spec = await new Response(await world.requester.api.getContent(receipt.result.specCid)).text();
  await writeFile(join(folder, "spec"), spec);
});
afterAll(async () => {
  await world?.stop();
  await rm(folder, { recursive: true, force: true });
});

const downloaded = () => join(folder, "adapter_model.safetensors");

/** Compares a receipt with everything at hand that it can be given. */
function verify(
  stated: Receipt,
  shards: string[] = [],
  withAdapters = true,
  mergedFile = downloaded(),
): Promise<Finding[]> {
  return verifyReceipt(stated, {
    mergedFile,
    spec,
    shards,
    ...(withAdapters ? { adapters: join(folder, "adapters") } : {}),
    rpcUrl: world.chain.transport.url,
  });
}

/** A stated document as a receipt; undefined where it is refused with the name of a field. */
function parsed(stated: unknown): Receipt | undefined {
  try {
    const found = parseReceipt(stated);
    return kindOfResult(found.result) === "llm-finetune" ? (found as Receipt) : undefined;
  } catch (error) {
    if (!(error instanceof TrainChainError) || error.code !== "invalid-input") throw error;
    expect(error.message).toContain(String(error.facts.field));
    return undefined;
  }
}

/** `trainchain result verify` on the same. */
async function verifyByCommand(stated: Receipt): Promise<{ code: number; findings: Finding[] }> {
  const path = join(folder, "stated.json");
  await writeFile(path, JSON.stringify(stated));
  const given = ["--adapters", join(folder, "adapters"), "--spec", join(folder, "spec")];
  const rpc = ["--rpc", world.chain.transport.url ?? ""];
  const told = await world.trainchain(roles.requester, "result", "verify", path, ...given, ...rpc);
  return { code: told.code, findings: (told.document as { findings?: Finding[] }).findings ?? [] };
}

/** The same with the receipt alone, as a download leaves it. */
async function verifyAsTyped(): Promise<{ code: number; findings: Finding[] }> {
  const path = join(folder, "receipt.json");
  const { code, document } = await world.trainchain(roles.requester, "result", "verify", path);
  return { code, findings: (document as { findings?: Finding[] }).findings ?? [] };
}

const named = (findings: readonly Finding[], outcome: Finding["outcome"]) =>
  findings.filter((finding) => finding.outcome === outcome).map(({ what }) => what);

it("as typed in the download's folder, the command verifies all that can be", async () => {
  const { code, findings } = await verifyAsTyped();
  expect([code, named(findings, "differs")]).toEqual([0, []]);
  expect(named(findings, "verified")).toEqual(
    expect.arrayContaining(["shard commitment", "bundleCid", "mergedSha256 from the adapters", "status"]),
  );
  const cannot = ["communicationBytes", "held-out losses", "the chain's node"];
  expect(named(findings, "not recomputed")).toEqual(cannot);
});

it("an honest receipt is verified: result, spec, adapters, merge, chain and every wei; what cannot be is named", async () => {
  const { code, findings } = await verifyByCommand(receipt);
  expect(named(findings, "differs")).toEqual([]);
  expect(code).toBe(0);
  const [first, second] = receipt.result.contributors.map(({ contributor }) => contributor);
  expect(named(findings, "verified")).toEqual(
    expect.arrayContaining([
      "resultCid",
      "specCid",
      `rows of ${first}`,
      `adapterSha256 of ${second}`,
      `optimizer-reach of ${first}`,
      `not-a-copy of ${second}`,
      "rank",
      "relativeError",
      "mergedSha256 from the adapters",
      "status",
      "stakeWei",
      "transactions, none left out",
      `adapterCid of ${second} on chain`,
      "resultCid on chain",
      `payout of ${first}`,
      `payout of ${second} by the escrow's rule`,
      "feeWei by the escrow's rule",
      "refundWei",
    ]),
  );
  expect(named(findings, "not recomputed")).toEqual(["communicationBytes", "held-out losses"]);
});

const oneMore = (wei: string) => (BigInt(wei) + 1n).toString();
const otherHex = (hash: string) => hash.slice(0, -1) + (hash.endsWith("0") ? "1" : "0");

const lies: [what: string, caught: string, change: (told: Receipt) => void][] = [
  [
    "a payout of one more wei",
    "payout of",
    (told) => (told.payouts[0]!.amountWei = oneMore(told.payouts[0]!.amountWei)),
  ],
  ["a fee of one more wei", "feeWei", (told) => (told.feeWei = oneMore(told.feeWei))],
  ["a refund of one more wei", "refundWei", (told) => (told.refundWei = oneMore(told.refundWei))],
  ["a stake of one more wei", "stakeWei", (told) => (told.stakeWei = oneMore(told.stakeWei))],
  ["another status", "status", (told) => (told.status = "settled")],
  [
    "another transaction",
    "transaction ",
    (told) => (told.transactions[1]!.hash = otherHex(told.transactions[1]!.hash)),
  ],
  ["a transaction left out", "transactions, none left out", (told) => told.transactions.splice(1, 1)],
  ["another block", "transaction ", (told) => (told.transactions[0]!.blockNumber = "1")],
  [
    "another merged adapter",
    "mergedSha256 from the adapters",
    ({ result }) => (result.mergedSha256 = otherHex(result.mergedSha256)),
  ],
  ["another weight", "weight of", ({ result }) => (result.contributors[0]!.weight = 0.6)],
  ["more rows", "rows of", ({ result }) => (result.contributors[0]!.rows += 1)],
  ["another method", "method", ({ result }) => (result.method = "exact")],
  ["another rank", "rank", ({ result }) => (result.rank = 2)],
  ["another seed", "seed", ({ result }) => (result.seed += 1)],
  ["another escrow", "escrow", ({ result }) => (result.escrow = otherHex(result.escrow))],
  ["a better check", "optimizer-reach of", ({ result }) => (result.contributors[0]!.checks[3]!.figure = 1.5)],
  ["a better loss", "resultCid", ({ result }) => (result.evaluation = betterLoss)],
];
const betterLoss = {
  holdoutRows: 20,
  base: { loss: 2, bitsPerByte: 2 },
  merged: { loss: 1, bitsPerByte: 1 },
  fedavg: null,
};

it.each(lies)("a receipt with %s is caught, as %s", async (_, caught, change) => {
  const told = structuredClone(receipt);
  change(told);
  const differing = named(await verify(told), "differs");
  expect(differing.some((what) => what.startsWith(caught))).toBe(true);
});

it("whatever is changed in a receipt comes to findings, or to an error that names the field", async () => {
  const adapters = fc.boolean();
  await fc.assert(
    fc.asyncProperty(mutationsOf(receipt), adapters, async (told, withAdapters) => {
      const stated = parsed(told);
      if (stated) expect((await verify(stated, [], withAdapters)).length).toBeGreaterThan(10);
    }),
    { numRuns: 100 },
  );
});

it("`trainchain result verify` exits with 1 for a receipt that differs", async () => {
  const told = structuredClone(receipt);
  told.result.rank = 2;
  const { code, findings } = await verifyByCommand(told);
  expect(code).toBe(1);
  expect(named(findings, "differs")).toContain("rank");
});

it("where a result comes from is told as in-toto's own library reads it, and not of another file", async () => {
  await ensurePythonTools();
  const attest = (path: string) => world.trainchain(roles.requester, "result", "attest", path);
  const { code, document } = await attest(folder);
  expect(code).toBe(0);
  const file = join(folder, "statement.json");
  await writeFile(file, JSON.stringify(document));
  const script = fileURLToPath(new URL("read_statement.py", import.meta.url));
  const read = JSON.parse(await runPythonTool(script, [file]));
  const { result, shards } = receipt;
  expect(read.subject).toEqual([["adapter_model.safetensors", await sha256OfFile(downloaded())]]);
  expect(read.builder).toBe(receipt.platform);
  expect(read.dependencies).toEqual([
    `ipfs://${result.specCid}`,
    "pkg:generic/toy-model@local",
    ...(shards ?? []).map((cid) => `ipfs://${cid}`),
  ]);
  const delivered = result.contributors.map(({ adapterSha256 }) => adapterSha256);
  expect(read.byproducts).toEqual(expect.arrayContaining(delivered));

  const other = await mkdtemp(join(folder, "other-"));
  await writeFile(join(other, "receipt.json"), JSON.stringify(receipt));
  await writeFile(join(other, "adapter_model.safetensors"), "another");
  expect(await attest(other)).toMatchObject({ code: 2, document: { error: { code: "invalid-input" } } });
});

it("shards exchanged after the spec was published are caught by its commitment", async () => {
  const cids = receipt.result.contributors.map(({ adapterCid }) => adapterCid);
  expect(named(await verify(receipt, cids), "differs")).toEqual(["shard commitment"]);
});

/** The file of these bytes: contributors stand in the order in which they delivered. */
async function adapterOf(sha256: string | undefined): Promise<string> {
  const names = await readdir(join(folder, "adapters"));
  for (const path of names.map((name) => join(folder, "adapters", name)))
    if ((await sha256OfFile(path)) === sha256) return path;
  throw new Error(`no adapter has the bytes ${sha256}`);
}

type Delivered = NonNullable<Receipt["result"]["delivered"]>;

/** The receipt where something else than the merge was better on both halves of the held-out rows, and its file. */
async function deliveredInstead(what: Delivered["what"]): Promise<{ told: Receipt; file: string }> {
  const [first] = receipt.result.contributors;
  const start = join(folder, "initial.safetensors");
  await writeInitialAdapter(start, { seed: receipt.result.seed, modules: toyModules, rank: 4 });
  const file = what === "start" ? start : await adapterOf(first?.adapterSha256);
  const half = { rows: 10, loss: 1, merged: 1.5 };
  const delivered = {
    what,
    ...(what === "contributor" && first && { contributor: first.contributor }),
    ...{ sha256: await sha256OfFile(file), chosenOn: half, judgedOn: half },
  };
  return { told: { ...receipt, result: { ...receipt.result, delivered } }, file };
}

const aboutDelivered = (findings: readonly Finding[], outcome: Finding["outcome"]) =>
  named(findings, outcome).filter((what) => what.startsWith("delivered"));

const kindsOfDelivered = ["contributor", "start"] as const;

it.each(kindsOfDelivered)(
  "a %s's adapter delivered in place of the merge is verified as that",
  async (what) => {
    const { told, file } = await deliveredInstead(what);
    const findings = await verify(told, [], true, file);
    expect(aboutDelivered(findings, "verified")).toEqual([
      `delivered sha256 against ${file}`,
      "delivered sha256",
      "delivered is better, chosenOn",
      "delivered is better, judgedOn",
    ]);
    // The platform's document says nothing of it, and the document's CID tells.
    expect(named(findings, "differs")).toEqual(["resultCid"]);
    expect(named(findings, "verified")).toContain("mergedSha256 from the adapters");
    expect(aboutDelivered(await verify(told), "differs")).toEqual([
      `delivered sha256 against ${downloaded()}`,
    ]);
  },
);

const liesAboutDelivered: [what: string, caught: string, change: (delivered: Delivered) => void][] = [
  ["of other bytes", "delivered sha256", (delivered) => (delivered.sha256 = otherHex(delivered.sha256))],
  [
    "that was worse where it was judged",
    "delivered is better, judgedOn",
    ({ judgedOn }) => (judgedOn.loss = judgedOn.merged + 0.1),
  ],
  [
    "that was no better where it was chosen",
    "delivered is better, chosenOn",
    ({ chosenOn }) => (chosenOn.loss = chosenOn.merged),
  ],
  [
    "of who delivered nothing",
    "delivered sha256",
    (delivered) => {
      delivered.what = "contributor";
      delivered.contributor = `0x${"12".repeat(20)}`;
    },
  ],
  [
    "that is said to be the other kind",
    "delivered sha256",
    (delivered) => {
      const isStart = delivered.what === "start";
      delivered.what = isStart ? "contributor" : "start";
      if (isStart) delivered.contributor = receipt.result.contributors[0]!.contributor;
    },
  ],
];

it.each(
  liesAboutDelivered.flatMap(([what, ...lie]) =>
    kindsOfDelivered.map((kind) => [kind, what, ...lie] as const),
  ),
)("a delivered %s %s is caught", async (kind, _, caught, change) => {
  const { told, file } = await deliveredInstead(kind);
  const changed = structuredClone(told);
  change(changed.result.delivered!);
  expect(aboutDelivered(await verify(changed, [], true, file), "differs")).toContain(caught);
});
