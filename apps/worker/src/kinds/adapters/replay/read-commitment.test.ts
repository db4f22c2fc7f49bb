import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { planSafetensors } from "@trainchain/lora";
import { afterAll, beforeAll, expect, it } from "vitest";
import { readCommitment } from "./read-commitment.ts";

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "commitment-"));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const plan = { steps: 9, segments: 9, boundaryBytes: 1_000, segmentUses: 1e9 };
const asked = { ...plan, arithmetic: "cpu/float32/none" };
const committed = { segments: "9", steps: "9", root: "0a".repeat(32), arithmetic: "cpu/float32/none" };

async function fileWith(metadata: Record<string, string>): Promise<string> {
  const file = join(dir, "adapter.safetensors");
  await writeFile(file, planSafetensors([], { format: "pt", ...metadata }).head);
  return file;
}

it("what is computed in the job's arithmetic is committed to", async () => {
  const file = await fileWith(committed);
  expect(await readCommitment(file, asked)).toEqual({
    ...asked,
    root: committed.root,
    notJudged: undefined,
  });
});

it.each(["cpu/bfloat16/none", "cuda/bfloat16/nf4", "cuda/float32/none"])(
  "where a job asks for one arithmetic, work in %s is refused",
  async (arithmetic) => {
    const file = await fileWith({ ...committed, arithmetic });
    expect(await readCommitment(file, asked)).toMatchObject({
      check: "replay",
      verdict: "failed",
      message: `The training was computed in ${arithmetic}; the job asks for cpu/float32/none.`,
    });
  },
);

it("a job of before that let the machine choose is not judged where nothing was compared", async () => {
  const file = await fileWith({ ...committed, arithmetic: "cuda/bfloat16/nf4" });
  expect(await readCommitment(file, plan)).toMatchObject({ notJudged: { verdict: "skipped" } });
});

it.each([
  ["no commitment", {}, "commits to no states"],
  ["other steps", { ...committed, steps: "8" }, "9 stages of 8 steps"],
  ["fewer stages", { ...committed, segments: "1" }, "1 stages of 9 steps"],
])("%s is refused", async (_, metadata, words) => {
  const told = await readCommitment(await fileWith(metadata), asked);
  expect(told).toMatchObject({ verdict: "failed", message: expect.stringContaining(words) });
});
