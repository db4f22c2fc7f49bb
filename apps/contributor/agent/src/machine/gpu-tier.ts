import type { GpuTier } from "@trainchain/protocol";
import type { Benchmark } from "./benchmark.ts";

/** A card sold as 8 GB shows a little less to the system. */
const tolerance = 0.95;

/** The tier that this machine was measured to be. */
export function measuredTier({ device, vramGb }: Pick<Benchmark, "device" | "vramGb">): GpuTier {
  if (device === "mps") return "Apple Silicon";
  const has = (gib: number) => vramGb >= gib * tolerance;
  if (device !== "cuda" || !has(4)) return "No GPU / CPU only";
  if (has(16)) return "16GB+ VRAM";
  if (has(8)) return "8–16GB VRAM";
  return has(6) ? "6–8GB VRAM" : "4–6GB VRAM";
}
