import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { planSafetensors } from "@trainchain/lora";
import type { Receipt } from "@trainchain/protocol";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createFindings } from "../../receipt/findings.ts";
import { checkReplayTerms } from "./check-replay-terms.ts";

const float32 = "cpu/float32/none";
const root = "0a".repeat(32);
let adapter: string;
let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "replay-terms-"));
  adapter = join(dir, "adapter.safetensors");
  await writeFile(adapter, planSafetensors([], { format: "pt", root }).head);
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const honest = { root, arithmetic: float32, referee: float32, drawn: [0, 5], distances: [0.01, 1e-4] };

async function found(replay: object | undefined): Promise<string[]> {
  const findings = createFindings();
  const receipt = { result: { contributors: [{ contributor: "0xann", replay }] } } as unknown as Receipt;
  const spec = { replay: { segments: 20, boundaryBytes: 1_000, arithmetic: float32 } };
  await checkReplayTerms(findings, receipt, spec, { adapters: [adapter] });
  return findings.all.map(({ outcome, what }) => `${outcome}: ${what.replace("replay of 0xann", "replay")}`);
}

it("a training that was done again as its job asks is verified, with what its file commits to", async () => {
  expect(await found(honest)).toEqual(["verified: replay, arithmetic", "verified: replay, root"]);
});

it.each([
  ["none", undefined, "differs: replay"],
  ["another arithmetic", { ...honest, arithmetic: "cuda/bfloat16/nf4" }, "differs: replay, arithmetic"],
  ["a stage beyond its limit", { ...honest, distances: [0.01, 0.01] }, "differs: replay, limits"],
  ["a stage without a figure", { ...honest, distances: [0.01] }, "differs: replay, limits"],
  ["another root", { ...honest, root: "0b".repeat(32) }, "differs: replay, root"],
])("a receipt of %s where the job asks for it differs", async (_, replay, what) => {
  expect(await found(replay)).toContain(what);
});
