import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import type { DraftToPrepare } from "@trainchain/db/work";
import { localBaseModel } from "@trainchain/protocol";
import { expect, it, onTestFinished } from "vitest";
import type { WorkerDeps } from "../../deps.ts";
import { prepareRows } from "./prepare.ts";

it("no rows are prepared for a model that answers nothing", async () => {
  const encoder = await mkdtemp(join(tmpdir(), "trainchain-encoder-"));
  onTestFinished(() => rm(encoder, { recursive: true }));
  const shape = { hidden_size: 64, intermediate_size: 128, num_hidden_layers: 1 };
  await writeFile(join(encoder, "config.json"), JSON.stringify({ architectures: ["BertModel"], ...shape }));
  const deps = { models: [localBaseModel(encoder)] } as unknown as WorkerDeps;
  for (const model of [basename(encoder), "all-minilm-l6-v2"]) {
    const draft = {
      request: { uploadId: "abcdefgh", rewardWei: "1000", model },
    } as unknown as DraftToPrepare;
    await expect(prepareRows(deps, draft, encoder)).rejects.toMatchObject({
      code: "configuration-invalid",
      message: `${model} is a sentence encoder, and answers nothing`,
    });
  }
});
