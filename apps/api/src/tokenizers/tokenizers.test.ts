import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { baseModels, localBaseModel } from "@trainchain/protocol";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { createTokenizers, type Tokenizers } from "./tokenizers.ts";

const folder = fileURLToPath(new URL("../../../../trainer/toy-model", import.meta.url));
const template = readFileSync(`${folder}/chat_template.jinja`, "utf8");
const qwen = baseModels.find(({ id }) => id.startsWith("Qwen/"))!;
const at = `/${qwen.id}/resolve/${qwen.revision}/`;

let server: Server;
let files: Record<string, string>;
let status = 404;
let asked: string[];
let tokenizers: Tokenizers;
let now = 0;
beforeAll(async () => {
  server = createServer(({ url = "" }, response) => {
    asked.push(url);
    const content = files[url];
    response.writeHead(content === undefined ? status : 200).end(content);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterAll(() => server.close());
beforeEach(() => {
  [asked, files, status] = [[], {}, 404];
  const hub = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  tokenizers = createTokenizers({ hub }, () => now);
});

it("a model of the operator's own is read from its folder", async () => {
  expect(await tokenizers(localBaseModel(folder))).toMatchObject({
    tokenizer: { model: { type: "BPE" } },
    config: { eos_token: "<|end|>" },
    chatTemplate: template,
  });
  expect(asked).toEqual([]);
});

it.each<[string, object, string]>([
  ["among its settings", { chat_template: "plain" }, "plain"],
  ["by name", { chat_template: [{ name: "default", template: "named" }] }, "named"],
])("a hub's is read at the revision that jobs name, once, with its template %s", async (_, config, found) => {
  files[`${at}tokenizer.json`] = "{}";
  files[`${at}tokenizer_config.json`] = JSON.stringify(config);
  expect((await tokenizers(qwen)).chatTemplate).toBe(found);
  await tokenizers(qwen);
  expect(asked.length).toBe(3);
});

it("what is not there or says nothing is told, for a minute without asking, and then looked for again", async () => {
  await expect(tokenizers(qwen)).rejects.toMatchObject({ code: "not-found" });
  const askedOnce = asked.length;
  now += 59_000;
  await expect(tokenizers(qwen)).rejects.toMatchObject({ code: "not-found" });
  expect(asked.length).toBe(askedOnce);
  now += 1_000;
  files[`${at}tokenizer.json`] = files[`${at}tokenizer_config.json`] = "<html>Hotel</html>";
  await expect(tokenizers(qwen)).rejects.toMatchObject({ code: "not-found" });
  [files, status] = [{}, 503];
  now += 60_000;
  await expect(tokenizers(qwen)).rejects.toMatchObject({ code: "storage-unavailable", mayRetry: true });
  const embedded = baseModels.find((model) => model.embedded)!;
  await expect(tokenizers(embedded)).rejects.toMatchObject({ code: "not-found" });
});
