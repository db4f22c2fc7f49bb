import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  imageJobSpecSchema,
  imageResultDocumentSchema,
  llmJobSpecSchema,
  resultDocumentSchema,
} from "@trainchain/protocol";
import { createLocalStorage } from "@trainchain/storage";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { storeDocument } from "./deliveries/seal-file.ts";

/**
 * Documents of jobs that were run by earlier builds, each in a file named by its CID: the chain names them by it for
 * ever, so that today's code must read them and write them again byte for byte.
 */
const recorded = fileURLToPath(new URL("../../../packages/protocol/src/kinds", import.meta.url));
const schemas = {
  "llm-finetune/recorded/spec": llmJobSpecSchema,
  "llm-finetune/recorded/result": resultDocumentSchema,
  "image-classification/recorded/spec": imageJobSpecSchema,
  "image-classification/recorded/result": imageResultDocumentSchema,
};

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "trainchain-recorded-"));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

describe.each(Object.entries(schemas))("%s", (folder, schema) => {
  it("holds documents that keep their CIDs when they are read and stored again", async () => {
    const files = await readdir(join(recorded, folder));
    expect(files).not.toEqual([]);
    for (const file of files) {
      const document = schema.parse(JSON.parse(await readFile(join(recorded, folder, file), "utf8")));
      expect(`${await storeDocument(createLocalStorage({ dir }), document)}.json`).toBe(file);
    }
  });
});
