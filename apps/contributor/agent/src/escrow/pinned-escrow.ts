import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Address, parseJson, TrainChainError } from "@trainchain/protocol";
import { z } from "zod";

/** The escrow of each chain, by its id, that this agent has worked with. */
const pinsSchema = z.record(z.string(), z.string());

/**
 * Bonds go where the platform says, so what it says is held to what it said first, or to `wanted`, the owner's own
 * word, which replaces it.
 * @throws TrainChainError `conflict` where the platform names another escrow now.
 */
export async function pinEscrow(
  dataDir: string,
  { chainId, escrow }: { chainId: number; escrow: string },
  wanted: Address | undefined,
): Promise<void> {
  const file = join(dataDir, "escrows.json");
  const pins = await readPins(file);
  const pinned = wanted ?? pins[chainId] ?? escrow;
  if (pinned.toLowerCase() !== escrow.toLowerCase())
    throw new TrainChainError(
      "conflict",
      `the platform names ${escrow} as the escrow of chain ${chainId}, and this agent ${wanted ? "may work" : "has worked"} with ${pinned} alone`,
      {
        fix: `Nothing was signed. Ask whoever runs the platform; if the new contract is meant, start with --escrow ${escrow}`,
        facts: { chainId, escrow, pinned },
      },
    );
  if (pins[chainId] === pinned) return;
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  await writeFile(`${file}.new`, JSON.stringify({ ...pins, [chainId]: pinned }), { mode: 0o600 });
  await rename(`${file}.new`, file);
}

async function readPins(file: string): Promise<Record<string, string>> {
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "{}";
    throw error;
  });
  const parsed = pinsSchema.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  // What cannot be read must not be taken for a first start.
  throw new TrainChainError(
    "conflict",
    `${file} cannot be read: it names the escrow that this agent works with`,
    {
      fix: "Restore it, or delete it to trust the escrow that the platform names now.",
    },
  );
}
