import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { imageResultDocumentSchema } from "./image-classification/receipt.ts";
import { resultDocumentSchema } from "./llm-finetune/receipt.ts";
import { outcomeOf } from "./outcome.ts";

async function recorded(kind: string): Promise<unknown[]> {
  const folder = join(import.meta.dirname, kind, "recorded", "result");
  const names = await readdir(folder);
  return Promise.all(names.map(async (name) => JSON.parse(await readFile(join(folder, name), "utf8"))));
}

it("every recorded result of rows is told by its losses on unseen rows, better or worse", async () => {
  for (const document of await recorded("llm-finetune")) {
    const result = resultDocumentSchema.parse(document);
    expect(outcomeOf(result)).toMatch(
      result.evaluation
        ? /^Loss on unseen rows \d+\.\d{3} → \d+\.\d{3}: \d+\.\d % (better|worse) than the base model\.$/
        : /^The result was not measured\.$/,
    );
  }
});

it("every recorded result of images is told by how many it names rightly", async () => {
  for (const document of await recorded("image-classification"))
    expect(outcomeOf(imageResultDocumentSchema.parse(document))).toMatch(
      /^Names \d+ of \d+ unseen images rightly\.$/,
    );
});
