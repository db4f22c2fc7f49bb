import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { TrainerSetup } from "./trainer-setup.ts";

const benchmarkSchema = z.object({
  /** What it was measured with. */
  wantedDevice: z.string(),
  cores: z.number().nullable(),
  tokensPerSecond: z.number(),
  device: z.string(),
  deviceName: z.string(),
  vramGb: z.number(),
  measuredAt: z.string(),
});
export type Benchmark = z.infer<typeof benchmarkSchema>;

const validMs = 24 * 60 * 60 * 1000;

/** This machine's speed as measured within the last day, with the same device and cores. */
export async function findBenchmark(
  dataDir: string,
  { device, cores }: TrainerSetup,
): Promise<Benchmark | undefined> {
  const found = await lastBenchmark(dataDir);
  if (!found || found.wantedDevice !== device || found.cores !== (cores ?? null)) return undefined;
  return Date.now() - Date.parse(found.measuredAt) < validMs ? found : undefined;
}

/** The last measurement, however old. */
export async function lastBenchmark(dataDir: string): Promise<Benchmark | undefined> {
  try {
    return benchmarkSchema.parse(JSON.parse(await readFile(fileIn(dataDir), "utf8")));
  } catch {
    return undefined;
  }
}

export async function keepBenchmark(
  dataDir: string,
  { device: wantedDevice, cores = null }: { device: string; cores?: number | null | undefined },
  measured: Pick<Benchmark, "tokensPerSecond" | "device" | "deviceName" | "vramGb">,
): Promise<void> {
  const benchmark: Benchmark = { wantedDevice, cores, ...measured, measuredAt: new Date().toISOString() };
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  await writeFile(`${fileIn(dataDir)}.new`, JSON.stringify(benchmark), { mode: 0o600 });
  await rename(`${fileIn(dataDir)}.new`, fileIn(dataDir));
}

function fileIn(dataDir: string): string {
  return join(dataDir, "benchmark.json");
}
