import { mkdtemp, rename, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createApiClient } from "@trainchain/api-client";
import { fileSource } from "@trainchain/api-client/node";
import { type DraftView, TrainChainError } from "@trainchain/protocol";
import { afterAll, beforeAll, beforeEach, expect, it, vi } from "vitest";
import type { WalletPlatform } from "./platform.ts";
import { prepareDraft } from "./prepare-draft.ts";

const folder = await mkdtemp(join(tmpdir(), "trainchain-upload-"));
beforeAll(() => vi.stubEnv("HOME", folder));
afterAll(() => vi.unstubAllEnvs());

const draft: DraftView = {
  ...{
    id: "d1",
    kind: "llm-finetune",
    status: "ready",
    jobId: null,
    stakeWei: "1",
    terms: null,
    spec: null,
    title: "",
  },
  ...{ report: null, error: null, createdAt: "2026-11-22T10:00:00.000Z" },
};

/** One tus upload, kept in memory; while `isCut`, what it is sent beyond `kept` bytes breaks off. */
const kept = 64 * 1024;
let stored = Buffer.alloc(0);
let begun = 0;
let isCut = false;
const server = createServer((request, response) => {
  const pieces: Buffer[] = [];
  request.on("error", () => undefined);
  request.on("data", (piece: Buffer) => {
    pieces.push(piece);
  });
  request.on("end", () => {
    if (request.method === "POST") {
      begun += 1;
      stored = Buffer.alloc(0);
      response.writeHead(201, { location: "/uploads/abcdefgh" }).end();
    } else if (request.method === "PATCH") {
      const all = Buffer.concat([stored, ...pieces]);
      stored = isCut ? all.subarray(0, kept) : all;
      if (isCut) request.socket.destroy();
      else response.writeHead(204, { "upload-offset": String(stored.length) }).end();
    } else if (isCut) request.socket.destroy();
    else if (request.url === "/drafts/d1") response.end(JSON.stringify(draft));
    else if (request.method === "HEAD") response.setHeader("upload-offset", stored.length).end();
    else {
      const upload = {
        id: "abcdefgh",
        purpose: "dataset",
        sizeBytes: stored.length,
        finished: true,
        cid: null,
      };
      response.end(JSON.stringify(upload));
    }
  });
});
await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const output = { json: false, result() {}, note() {} };

/** Sends a file as one wallet; without patience, what breaks off ends the command at once. */
function send(
  file: string,
  { wallet = "0xAbC", retries = 5, create = async (_uploadId: string) => draft } = {},
): Promise<DraftView> {
  const api = createApiClient({ baseUrl });
  const createUpload: typeof api.createUpload = (source, options) =>
    api.createUpload(source, { ...options, retries });
  const platform = { api: { ...api, createUpload }, account: { address: wallet } };
  return prepareDraft(platform as unknown as WalletPlatform, file, { output, preparing: "", create });
}

const rows = (answer: string) =>
  Array.from({ length: 2_000 }, (_, i) => `{"instruction":"Question ${i}?","output":"${answer}"}`).join("\n");

/** A file that is there in part: the command broke off. */
async function brokenOff(name: string, text: string): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, text);
  isCut = true;
  await expect(send(file, { retries: 0 })).rejects.toMatchObject({ code: "timeout" });
  isCut = false;
  return file;
}

beforeEach(() => {
  begun = 0;
});

it("a file that was corrected since its upload broke off, with the same size and name, is sent anew", async () => {
  const file = await brokenOff("rows.jsonl", rows("It is Bonn."));
  expect(stored.length).toBe(kept);
  await writeFile(file, rows("It is Rome."));
  await send(file);
  expect([begun, stored.toString() === rows("It is Rome.")]).toEqual([2, true]);
});

it("the same bytes go on where they broke off, under another name too, and as another wallet's they do not", async () => {
  const text = rows("It is Lima.");
  const file = await brokenOff("first.jsonl", text);
  await rename(file, join(folder, "second.jsonl"));
  await send(join(folder, "second.jsonl"));
  expect([begun, stored.toString() === text]).toEqual([1, true]);

  const again = await brokenOff("third.jsonl", text);
  await send(again, { wallet: "0xDeF" });
  expect(begun).toBe(3);
});

it("what the platform refuses to make of an upload is asked for again without sending it again", async () => {
  const file = join(folder, "refused.jsonl");
  await writeFile(file, rows("It is Rabat."));
  const refused = async () => {
    throw new TrainChainError("invalid-input", "no such model");
  };
  await expect(send(file, { create: refused })).rejects.toMatchObject({ code: "invalid-input" });
  await send(file);
  expect(begun).toBe(1);
  await send(file);
  expect(begun).toBe(2);
});

it("an upload that another request has is sent anew by the next try", async () => {
  const file = join(folder, "used.jsonl");
  await writeFile(file, rows("It is Dakar."));
  const used = async () => {
    throw new TrainChainError("conflict", "the upload belongs to another request");
  };
  await expect(send(file, { create: used })).rejects.toMatchObject({ code: "conflict" });
  await send(file);
  expect(begun).toBe(2);
});

it("a file that is changed while it is sent is told as that, not as a broken network", async () => {
  const file = join(folder, "changing.jsonl");
  await writeFile(file, rows("It is Oslo."));
  const source = await fileSource(file);
  await writeFile(file, rows("It is Kyiv, now."));
  await expect(createApiClient({ baseUrl }).createUpload(source)).rejects.toMatchObject({
    code: "conflict",
    message: "changing.jsonl was changed or taken away while it was read",
  });
});
