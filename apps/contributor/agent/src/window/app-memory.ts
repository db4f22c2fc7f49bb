import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { appSettingsSchema, defaultAppSettings } from "@trainchain/protocol";
import { z } from "zod";

const memorySchema = z.object({
  /** The wallet that worked here last: its unfinished jobs go on at the next launch. */
  wallet: z.string().nullable(),
  settings: appSettingsSchema,
});
export type AppMemory = z.infer<typeof memorySchema>;

/** What the app keeps from one launch to the next; a file that cannot be read counts as none. */
export async function readMemory(dataDir: string): Promise<AppMemory> {
  try {
    return memorySchema.parse(JSON.parse(await readFile(fileIn(dataDir), "utf8")));
  } catch {
    return { wallet: null, settings: defaultAppSettings };
  }
}

export async function writeMemory(dataDir: string, memory: AppMemory): Promise<void> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const file = fileIn(dataDir);
  await writeFile(`${file}.new`, `${JSON.stringify(memory, null, 2)}\n`, { mode: 0o600 });
  await rename(`${file}.new`, file);
}

function fileIn(dataDir: string): string {
  return join(dataDir, "app.json");
}
