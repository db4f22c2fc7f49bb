import { expect, it } from "vitest";
import { measuredTier } from "./gpu-tier.ts";

it.each([
  ["cpu", 0, "No GPU / CPU only"],
  ["mps", 10, "Apple Silicon"],
  ["cuda", 2, "No GPU / CPU only"],
  ["cuda", 3.9, "4–6GB VRAM"],
  ["cuda", 5.8, "6–8GB VRAM"],
  ["cuda", 7.7, "8–16GB VRAM"],
  ["cuda", 23.7, "16GB+ VRAM"],
])("puts %s with %d GiB into the tier %s", (device, vramGb, tier) => {
  expect(measuredTier({ device, vramGb })).toBe(tier);
});
