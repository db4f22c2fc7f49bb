import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createApiClient } from "@trainchain/api-client";
import { z } from "zod";
import { boundedFetch } from "../platform/api.ts";
import { toFailure } from "./to-failure.ts";

const knownSchema = z.object({
  apiUrl: z.string(),
  chainId: z.number().int(),
  chainName: z.string(),
  rpcUrl: z.string(),
  escrow: z.string(),
  /** Whether it takes slots for wallets without coin. */
  relaysAcceptances: z.boolean().default(false),
});

/** What an agent must know of its platform before it works for it. */
export type KnownPlatform = z.infer<typeof knownSchema>;

/**
 * What the platform says of itself, kept for a start at which it does not answer: deadlines on chain do not wait for it.
 * @throws where it does not answer and has never answered here, or refuses
 */
export async function askPlatform(
  dataDir: string,
  apiUrl: string,
  signal: AbortSignal,
): Promise<KnownPlatform> {
  const file = join(dataDir, "platform.json");
  try {
    const config = await createApiClient({ baseUrl: apiUrl, fetch: boundedFetch(signal) }).getConfig();
    const known = knownSchema.parse({ ...config, apiUrl });
    await mkdir(dataDir, { recursive: true, mode: 0o700 });
    await writeFile(`${file}.new`, JSON.stringify(known), { mode: 0o600 });
    await rename(`${file}.new`, file);
    return known;
  } catch (error) {
    signal.throwIfAborted();
    const known = toFailure(error, dataDir).mayRetry ? await read(file) : undefined;
    if (known?.apiUrl === apiUrl) return known;
    throw error;
  }
}

async function read(file: string): Promise<KnownPlatform | undefined> {
  try {
    return knownSchema.parse(JSON.parse(await readFile(file, "utf8")));
  } catch {
    return undefined;
  }
}
