import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, stat, truncate, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";
import { createApiClient } from "@trainchain/api-client";
import { aiModelTrainingAbi } from "@trainchain/chain";
import { type ConfigView, TrainChainError } from "@trainchain/protocol";
import { createPublicClient, custom, encodeAbiParameters, encodeEventTopics, pad, toHex } from "viem";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { WalletPlatform } from "../platform.ts";
import { createOpenAiApp, digestOf } from "./app.ts";
import type { JobTerms } from "./door.ts";
import { endsJob, spentNothing } from "./ends.ts";
import { keepMetrics } from "./keep-metrics.ts";
import { openFolder } from "./open-folder.ts";
import { refundOf } from "./refund-of.ts";
import { createRuns } from "./runs.ts";
import type { KeptJob } from "./state.ts";
import { openStore, type Store } from "./store.ts";

const key = "sk-of-nobody";
const escrow = `0x${"e5".repeat(20)}` as const;
const terms: JobTerms = {
  rewardWei: 5n,
  slots: 1,
  deadlines: { acceptWithinSeconds: 60, trainingPeriodSeconds: 60, reviewPeriodSeconds: 60 },
  fallbackModel: "offered/one",
};
const job: KeptJob = {
  ...{ id: "ftjob-1", createdAt: 0, model: "offered/one", trainingFile: "file-1", suffix: null, seed: 0 },
  ...{ hyperparameters: { epochs: null, batchSize: null, learningRateMultiplier: null }, metadata: null },
  ...{ status: "running", error: null, heldWei: "5", isPaying: false, jobId: null, finishedAt: null },
  ...{ fineTunedModel: null, resultFile: null, trainedTokens: null, heldOutLoss: null, steps: null },
};

/** A platform whose API and node answer as told; a wallet of its own. */
function platformOf(answer: (path: string) => Response, receipt: unknown = null): WalletPlatform {
  const fetchIt = async (url: Parameters<typeof fetch>[0]) => answer(new URL(String(url)).pathname);
  const reader = createPublicClient({ transport: custom({ request: async () => receipt }) });
  return {
    api: createApiClient({ baseUrl: "http://platform.test", fetch: fetchIt as typeof fetch }),
    config: { models: [{ id: "offered/one" }] } as unknown as ConfigView,
    account: privateKeyToAccount(generatePrivateKey()),
    ...{ escrow, reader },
  } as WalletPlatform;
}
const broken = () =>
  platformOf(() => Response.json({ error: { code: "internal", message: "it broke" } }, { status: 500 }));

let dir: string;
let store: Store;
const open = () =>
  openStore(dir, async () => ({
    ...{ version: 1 as const, owner: "me", keySha256: digestOf(key), limitWei: "10" },
    ...{
      jobs: [],
      files: [{ id: "file-1", fileName: "rows", sizeBytes: 1, rows: 1, purpose: "fine-tune", createdAt: 0 }],
    },
  }));
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "trainchain-openai-"));
  store = await open();
});
afterEach(async () => {
  await store.close();
  await rm(dir, { recursive: true });
});

describe("a job whose platform fails", () => {
  it.each([
    ["on chain", { jobId: "7", isPaying: true }],
    ["perhaps on chain", { jobId: null, isPaying: true }],
  ])("goes on where it is %s", async (_, known) => {
    const kept = { ...job, ...known };
    store.state.jobs.push(kept);
    const runs = createRuns({ platform: broken(), store, terms });
    runs.start(kept);
    const events = await vi.waitUntil(
      async () => {
        const told = await store.listEvents(kept);
        return told.length > 0 && told;
      },
      { timeout: 120_000 },
    );
    runs.stop();
    expect(events).toMatchObject([{ level: "warn", message: "it broke" }]);
    expect(kept).toMatchObject({ status: "running", error: null, heldWei: "5" });
  });

  it("has failed where nothing was paid, and takes nothing of the limit", async () => {
    const kept = { ...job };
    store.state.jobs.push(kept);
    createRuns({ platform: broken(), store, terms }).start(kept);
    await vi.waitUntil(() => kept.status === "failed", { timeout: 120_000 });
    expect(kept).toMatchObject({ error: { code: "internal" }, heldWei: "0" });
  });
});

it("only a job that is surely not on chain is ended by an error, and only by one that stays", () => {
  const lost = new TrainChainError("internal", "the server answered 500");
  const away = new TrainChainError("timeout", "the API cannot be reached");
  expect(endsJob(lost, job)).toBe(true);
  expect(endsJob(away, job)).toBe(false);
  for (const error of [lost, away]) {
    expect(endsJob(error, { ...job, jobId: "7" })).toBe(false);
    expect(endsJob(error, { ...job, isPaying: true })).toBe(false);
  }
});

it("a stake is known not to be spent where the wallet has not got it, or the escrow refuses it", () => {
  const thrown = (code: TrainChainError["code"], facts = {}) => new TrainChainError(code, "", { facts });
  expect(spentNothing(thrown("insufficient-funds"))).toBe(true);
  expect(spentNothing(thrown("invalid-input", { error: "StakeOutOfRange" }))).toBe(true);
  // The node may have it all the same.
  for (const code of ["chain-unavailable", "timeout", "chain-rejected", "internal"] as const)
    expect(spentNothing(thrown(code))).toBe(false);
});

describe("what came back of an ended job's stake", () => {
  const hash = toHex(1, { size: 32 });
  const closed = (address: string) => ({
    address,
    topics: encodeEventTopics({ abi: aiModelTrainingAbi, eventName: "JobClosed", args: { jobId: 7n } }),
    data: encodeAbiParameters(
      [{ type: "uint8" }, { type: "string" }, { type: "uint256" }, { type: "uint256" }],
      [4, "", 3n, 0n],
    ),
    ...{ blockNumber: "0x1", blockHash: hash, transactionHash: hash, logIndex: "0x0" },
    ...{ transactionIndex: "0x0", removed: false },
  });
  const timeline = (event: string) => () =>
    Response.json({
      items: [
        {
          ...{ event, transactionHash: hash, blockNumber: "1" },
          ...{ contributor: null, details: {}, at: new Date(0).toISOString() },
        },
      ],
      nextCursor: null,
    });
  const receiptOf = (address: string) => ({
    ...{ status: "0x1", transactionHash: hash, blockHash: hash, blockNumber: "0x1", transactionIndex: "0x0" },
    ...{ logs: [closed(address)], type: "0x2", gasUsed: "0x1", cumulativeGasUsed: "0x1", from: pad("0x0") },
  });

  it("is what the escrow's event says", async () => {
    const platform = platformOf(timeline("JobClosed"), receiptOf(escrow));
    expect(await refundOf(platform, 7n)).toBe(3n);
  });

  it("is nothing where the platform names another job's end, or another contract's", async () => {
    expect(await refundOf(platformOf(timeline("JobClosed"), receiptOf(escrow)), 8n)).toBe(0n);
    expect(await refundOf(platformOf(timeline("JobClosed"), receiptOf(`0x${"0".repeat(40)}`)), 7n)).toBe(0n);
    expect(await refundOf(platformOf(timeline("JobAccepted"), receiptOf(escrow)), 7n)).toBe(0n);
  });
});

describe("a request for a job", () => {
  const post = (model: string) => {
    const platform = broken();
    const runs = createRuns({ platform, store, terms });
    const answer = async () => ({ text: "", tokens: 0, promptTokens: 0, isCutOff: false });
    return createOpenAiApp({ platform, store, terms, runs, answer }).request("/v1/fine_tuning/jobs", {
      method: "POST",
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
      body: JSON.stringify({ model, training_file: "file-1" }),
    });
  };

  it("trains what stands for a model of OpenAI's, but not for one that is fine-tuned already", async () => {
    const refused = await post("ft:one:trainchain:12345678");
    expect(refused.status).toBe(400);
    expect((await refused.json()).error).toMatchObject({
      ...{ param: "model", message: expect.stringContaining("fine-tuned already") },
    });
    expect(store.state.jobs).toEqual([]);
    expect(await (await post("gpt-4o-mini")).json()).toMatchObject({ model: "offered/one" });
    await vi.waitUntil(() => store.state.jobs[0]?.status === "failed", { timeout: 120_000 });
  });

  it("that cannot be kept takes nothing of the limit", async () => {
    // A folder in its place: nothing can be written there.
    await mkdir(join(dir, "state.json.part"));
    expect((await post("offered/one")).status).toBe(500);
    expect(store.state.jobs).toEqual([]);
  });
});

describe("after a full disk, which took an event in part,", () => {
  const kept = { ...job, id: "ftjob-2" };
  const events = () => join(dir, "events", `${kept.id}.jsonl`);
  const tell = (message: string) => store.addEvent(kept, { level: "info", message });
  beforeEach(async () => {
    await tell("whole");
    await tell("cut off");
    await truncate(events(), (await stat(events())).size - 20);
  });

  it("the events before and after it are told", async () => {
    await tell("next");
    expect(await store.listEvents(kept)).toMatchObject([{ message: "whole" }, { message: "next" }]);
  });

  it("a job's figures are kept, once, however often that is tried", async () => {
    const { resultFile } = await keepMetrics(store, kept, { items: [] });
    expect(await keepMetrics(store, kept, { items: [] })).toMatchObject({ resultFile, trainedTokens: 0 });
    expect(store.state.files.map(({ id }) => id)).toEqual(["file-1", resultFile]);
  });
});

describe("the folder", () => {
  const inUse = () => join(dir, "in-use");

  it("is another's while its process lives, and the refusal names what to remove", async () => {
    await store.close();
    await writeFile(inUse(), String(process.ppid));
    await expect(open()).rejects.toMatchObject({
      ...{ code: "conflict", message: expect.stringContaining(`process ${process.ppid}`) },
      fix: expect.stringContaining(`remove ${inUse()}`),
    });
  });

  it("that is named from here stays that folder, whatever is asked of its files", async () => {
    const named = relative(process.cwd(), join(dir, "named"));
    const opened = await openFolder(broken(), { dir: named, limit: 1n, newKey: false });
    await opened.store.close();
    expect(opened.store.resultOf(job)).toBe(join(resolve(dir), "named/results/ftjob-1"));
  });

  it("is free where who took it never wrote its number, but not while it may be writing it", async () => {
    await store.close();
    await writeFile(inUse(), "");
    await expect(open()).rejects.toMatchObject({ code: "conflict" });
    await utimes(inUse(), 0, 0);
    store = await open();
    expect(await readFile(inUse(), "utf8")).toBe(String(process.pid));
    await store.close();
    expect(existsSync(inUse())).toBe(false);
  });
});
