import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { billOfResult } from "../apps/cli/src/receipt/bill-of-result.ts";
import { adapterReceipt } from "../apps/cli/src/receipt/testing/adapter-receipt.ts";
import { imageReceipt } from "../apps/cli/src/receipt/testing/image-receipt.ts";
import { ensurePythonTools, runPythonTool } from "./python-tools.ts";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

it("`npm run sbom` writes CycloneDX documents that hold against its schema, of all that is locked and shipped", async () => {
  await ensurePythonTools();
  const out = await mkdtemp(join(tmpdir(), "trainchain-sbom-"));
  const written = spawnSync(process.execPath, [here("../scripts/sbom.ts"), "--out", out], {
    encoding: "utf8",
  });
  expect(written.status, written.stderr).toBe(0);
  const files = ["npm.cdx.json", "python.cdx.json"].map((name) => join(out, name));
  const told = await runPythonTool(here("validate_bom.py"), files);
  const [npm = [], python = []] = told
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as string[]);
  expect(npm).toEqual(expect.arrayContaining(["viem", "zod", "hono"]));
  expect(npm).not.toContain("vitest");
  const lock = await readFile(here("../trainer/requirements.txt"), "utf8");
  const locked = [...lock.matchAll(/^([\w.-]+)==/gm)].map(([, name]) => name);
  expect(locked.length).toBeGreaterThan(80);
  expect(python).toEqual(expect.arrayContaining([...locked, "triton"]));
  await rm(out, { recursive: true });
});

it("a result's bill of materials holds against CycloneDX's schema, and says base model, dataset and figures", async () => {
  await ensurePythonTools();
  const out = await mkdtemp(join(tmpdir(), "trainchain-ml-bom-"));
  const sha256 = "e".repeat(64);
  const receipt = { ...adapterReceipt(sha256), shards: [`bafkrei${"a".repeat(52)}`] };
  const gain = { rows: 20, mean: 1, interval: 0.25, before: 4 };
  const measured = { ...receipt.result, evaluation: { ...receipt.result.evaluation!, gain } };
  const bills = [billOfResult({ ...receipt, result: measured }), billOfResult(imageReceipt)];
  const files = bills.map((_, index) => join(out, `${index}.cdx.json`));
  for (const [index, bill] of bills.entries()) await writeFile(files[index]!, JSON.stringify(bill));
  const told = await runPythonTool(here("validate_bom.py"), files);
  expect(told.trim().split("\n")).toEqual(['["Qwen/Qwen2.5-1.5B-Instruct"]', '["yolov8n-cls"]']);

  const { component } = bills[0]!.metadata;
  expect(component).toMatchObject({
    hashes: [{ alg: "SHA-256", content: sha256 }],
    pedigree: {
      ancestors: [
        { purl: "pkg:huggingface/Qwen/Qwen2.5-1.5B-Instruct@989aa7980e4cf806f80c7fef2b1adb7bc71aa306" },
      ],
    },
    modelCard: {
      modelParameters: { task: "text-generation" },
      quantitativeAnalysis: {
        performanceMetrics: [
          { value: "4", slice: "base model, 20 held-out rows" },
          { value: "3", slice: "delivered adapter, 20 held-out rows" },
          { value: "1", confidenceInterval: { lowerBound: "0.75", upperBound: "1.25" } },
        ],
      },
    },
  });
  expect(component.modelCard.modelParameters.datasets[0]?.contents).toEqual({
    url: `ipfs://${receipt.result.specCid}`,
    properties: [
      { name: "trainchain:rows", value: "79" },
      { name: "trainchain:heldOutRows", value: "20" },
      {
        name: "trainchain:shardsSha256",
        value: createHash("sha256").update(`${receipt.shards[0]}\n`).digest("hex"),
      },
    ],
  });
  expect(bills[1]?.metadata.component.modelCard.quantitativeAnalysis.performanceMetrics[0]).toMatchObject({
    ...{ type: "accuracy", value: "0.9" },
  });
  await rm(out, { recursive: true });
});
