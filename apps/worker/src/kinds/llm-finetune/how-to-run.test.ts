import { expect, test } from "vitest";
import { howToRun } from "./how-to-run.ts";

test("an adapter is served with the smallest of vLLM's ranks that holds it", () => {
  const of = (rank: number) => howToRun({ model: "a/b", rank });
  expect(of(8)).toContain("vllm serve a/b --enable-lora --max-lora-rank 8 ");
  expect(of(24)).toContain("--max-lora-rank 32 ");
  expect(of(300)).toContain("--max-lora-rank 320 ");
});

test("a base model that a package carries has no name that vLLM knows", () => {
  expect(howToRun({ model: "smollm2-135m", rank: 8 })).toContain("vllm serve BASE ");
});

test("one that vLLM cannot serve says so", () => {
  const told = howToRun({ model: "a/b", rank: 640 });
  expect(told).toContain("no adapter of a rank over 512, and this one has 640");
  expect(told).not.toContain("--enable-lora");
});
