import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  type Address,
  type SlotPermitFile,
  slotPermitFileSchema,
  TrainChainError,
} from "@trainchain/protocol";
import type { Hex } from "viem";

/** The permits of requesters that a wallet was given. */
export interface SlotPermits {
  /**
   * Keeps what a permit's file says.
   * @throws TrainChainError `invalid-input` where it is none, or is for another wallet or contract
   */
  keep(given: unknown): Promise<SlotPermitFile>;
  /** The requester's signature for a slot of a job; undefined where there is none. */
  find(jobId: string): Promise<Hex | undefined>;
}

/** Permits lie in the agent's folder, one file a job, so that they are there after a restart. */
export function openSlotPermits(
  dataDir: string,
  { chainId, escrow, wallet }: { chainId: number; escrow: Address; wallet: Address },
): SlotPermits {
  const dir = join(dataDir, "permits");
  const fileOf = (jobId: string) => join(dir, `${chainId}-${escrow}-${jobId}.json`);
  return {
    async keep(given) {
      const { data: permit } = slotPermitFileSchema.safeParse(given);
      if (!permit) throw refused("this is no permit for a slot");
      if (permit.contributor !== wallet)
        throw refused(`the permit is for ${permit.contributor}, not for ${wallet}`);
      if (permit.chainId !== chainId || permit.escrow !== escrow)
        throw refused(`the permit is for ${permit.escrow} on chain ${permit.chainId}, another contract`);
      await mkdir(dir, { recursive: true, mode: 0o700 });
      await writeFile(fileOf(permit.jobId), JSON.stringify(permit), { mode: 0o600 });
      return permit;
    },
    async find(jobId) {
      const text = await readFile(fileOf(jobId), "utf8").catch(() => undefined);
      return text === undefined ? undefined : slotPermitFileSchema.parse(JSON.parse(text)).permit;
    },
  };
}

function refused(message: string): TrainChainError {
  return new TrainChainError("invalid-input", message, {
    fix: "Ask the job's requester for one: it is made by `trainchain job permit JOB --contributor ADDRESS`.",
  });
}
