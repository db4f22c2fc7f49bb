import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createApiClient } from "@trainchain/api-client";
import { localBaseModel } from "@trainchain/protocol";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { checkRows } from "./check-rows.ts";
import type { Platform } from "./platform.ts";

const toy = new URL("../../../trainer/toy-model/", import.meta.url);
const model = "toy-model";

let folder: string;
let server: Server;
let status: number;
let platform: Platform;
const said: string[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "trainchain-check-"));
  const text = (name: string) => readFile(new URL(name, toy), "utf8");
  const files = JSON.stringify({
    tokenizer: JSON.parse(await text("tokenizer.json")),
    config: JSON.parse(await text("tokenizer_config.json")),
    chatTemplate: await text("chat_template.jinja"),
  });
  server = createServer((_, response) => {
    response
      .writeHead(status)
      .end(status === 200 ? files : '{"error":{"code":"not-found","message":"none"}}');
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const config = { models: [localBaseModel("/models/toy-model")] };
  platform = { api: createApiClient({ baseUrl }), config } as unknown as Platform;
});
afterAll(async () => {
  server.close();
  await rm(folder, { recursive: true });
});
beforeEach(() => {
  status = 200;
  said.length = 0;
});

const row = (at: number, output = `It is ${at}.`) => JSON.stringify({ instruction: `Say ${at}.`, output });
const good = Array.from({ length: 40 }, (_, at) => row(at));

async function check(lines: readonly string[], options: { leaveOut?: boolean; maxLength?: number } = {}) {
  const file = join(folder, "rows.jsonl");
  await writeFile(file, lines.join("\n"));
  const output = { json: false, result() {}, note: (line: string) => void said.push(line) };
  return checkRows(platform, file, { model, leaveOut: false, ...options }, output);
}

it("a request asks for a length that suits its rows, or for the one that was given, and says what is cut", async () => {
  expect(await check(good)).toEqual({ leaveOut: undefined, maxLength: 128 });
  expect(said.join("\n")).toContain("every row fits whole");
  expect(await check([...good, row(40, "Word. ".repeat(200))], { maxLength: 64 })).toMatchObject({
    maxLength: 64,
  });
  expect(said.join("\n")).toContain("1 of 41 rows are longer and are cut at their end");
});

it("rows that cannot be used are refused with a way on, and left out in their number where that is asked for", async () => {
  const lines = [...good, row(41, " "), "{"];
  await expect(check(lines)).rejects.toMatchObject({
    code: "dataset-invalid",
    message: expect.stringContaining("(2 errors in all)"),
    fix: expect.stringContaining("To go on with the other 40 rows: --leave-out."),
  });
  expect(await check(lines, { leaveOut: true })).toMatchObject({ leaveOut: 2 });
  await expect(check(["{", row(1, "")], { leaveOut: true })).rejects.toMatchObject({
    code: "dataset-invalid",
  });
});

it("where the platform cannot read a tokenizer, it counts itself before anything is paid", async () => {
  status = 404;
  expect(await check(good)).toEqual({ leaveOut: undefined, maxLength: undefined });
  expect(said.at(-1)).toMatch(/tokens are not counted here/);
});
