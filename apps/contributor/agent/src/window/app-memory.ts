import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { appSettingsSchema, defaultAppSettings, takingSchema } from "@trainchain/protocol";
import { z } from "zod";

const takesNone = { rule: null, stopped: null };

const memorySchema = z.object({
  /** The wallet that worked here last: its unfinished jobs go on at the next launch. */
  wallet: z.string().nullable(),
  settings: appSettingsSchema,
  /** Of that wallet. */
  taking: takingSchema.default(takesNone),
});
export type AppMemory = z.infer<typeof memorySchema>;

/** Works for another wallet, or for none, from now on: what the one before allowed does not count for it. */
export function setWallet(memory: AppMemory, wallet: string | null): void {
  if (wallet !== memory.wallet) memory.taking = takesNone;
  memory.wallet = wallet;
}

/** What the app keeps from one launch to the next; a file that cannot be read counts as none. */
export async function readMemory(dataDir: string): Promise<AppMemory> {
  try {
    return memorySchema.parse(JSON.parse(await readFile(fileIn(dataDir), "utf8")));
  } catch {
    return { wallet: null, settings: defaultAppSettings, taking: takesNone };
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
