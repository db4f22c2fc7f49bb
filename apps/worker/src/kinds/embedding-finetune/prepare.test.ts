import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DraftToPrepare } from "@trainchain/db/work";
import { localBaseModel } from "@trainchain/protocol";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { WorkerDeps } from "../../deps.ts";
import { assertShards, preparePairs } from "./prepare.ts";

const shape = { hidden_size: 64, intermediate_size: 128, num_hidden_layers: 1, num_attention_heads: 4 };
const bert = { architectures: ["BertModel"], ...shape };
const folders = {
  short: { ...bert, max_position_embeddings: 64 },
  unsaid: bert,
  answering: { architectures: ["LlamaForCausalLM"], ...shape },
};

let dir: string;
let deps: WorkerDeps;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "trainchain-encoders-"));
  for (const [name, config] of Object.entries(folders)) {
    await mkdir(join(dir, name));
    await writeFile(join(dir, name, "config.json"), JSON.stringify(config));
  }
  const models = Object.keys(folders).map((name) => localBaseModel(join(dir, name)));
  deps = { models } as unknown as WorkerDeps;
});
afterAll(() => rm(dir, { recursive: true }));

const draftOf = (request: object) =>
  ({ request: { uploadId: "abcdefgh", rewardWei: "1000", ...request } }) as unknown as DraftToPrepare;

it("texts longer than an encoder has positions for are refused, and an encoder that does not say how many", async () => {
  const refusal = (request: object) =>
    preparePairs(deps, draftOf(request), dir).catch((error: unknown) => error);
  expect(await refusal({ model: "short", maxLength: 65 })).toMatchObject({
    code: "invalid-input",
    message: "maxLength: short has positions for 64 tokens, and 65 are asked for",
    fix: "Request the job anew with a maxLength of 64 or less.",
  });
  expect(await refusal({ model: "unsaid", maxLength: 16 })).toMatchObject({
    code: "configuration-invalid",
    message: expect.stringContaining("does not say max_position_embeddings"),
  });
  // What is within them comes as far as the data, of which there is none here.
  expect(await refusal({ model: "short", maxLength: 64 })).not.toMatchObject({
    code: "invalid-input",
  });
});

it("a model that answers is no encoder", async () => {
  await expect(preparePairs(deps, draftOf({ model: "answering" }), dir)).rejects.toThrow(
    "no sentence encoder",
  );
});

it("a shard of fewer pairs than the smallest step is refused", () => {
  const refusal = () => assertShards([{ rows: 8 }, { rows: 7 }], { contributors: 2 });
  expect(refusal).toThrow("7 pairs are too few for a contributor");
  expect(() => assertShards([{ rows: 8 }], { contributors: 1 })).not.toThrow();
});
