import { type Address, type TakingRule, TrainChainError } from "@trainchain/protocol";
import { formatEther } from "viem";
import type { JobRecord } from "../jobs/job-record.ts";
import type { AppMemory } from "./app-memory.ts";
import { lostBondOf } from "./take-by-itself.ts";
import { dropWalletKey, type GivenKey, keepWalletKey } from "./wallet-key.ts";

export interface TakingDeps {
  memory: AppMemory;
  /** Writes the memory down. */
  save: () => Promise<void>;
  /** The wallet at work, its folder, and whether its agent signs with a key that is kept there. */
  atWork: () => { wallet: Address; dir: string; hasKey: boolean };
  /** Opens the wallet's agent anew, with the keys that are there: one that trains goes on from its checkpoint. */
  reopen: (wallet: Address) => Promise<void>;
}

/** Whether and by which rule the app takes jobs by itself, over restarts. */
export function createTaking({ memory, save, atWork, reopen }: TakingDeps) {
  return {
    /** Takes jobs by this rule from now on. A key that is given is kept, and signs. */
    async begin(rule: TakingRule, key?: GivenKey): Promise<void> {
      const { wallet, dir, hasKey } = atWork();
      if (key) await keepWalletKey(dir, wallet, key);
      else if (!hasKey)
        throw new TrainChainError("invalid-input", "this machine has no key of the wallet", {
          fix: "Choose its key file, and type what opens it.",
        });
      memory.taking = { rule, stopped: null };
      await save();
      if (key) await reopen(wallet);
    },

    /** Takes none any more, and forgets the key. */
    async end(): Promise<void> {
      const { wallet, dir } = atWork();
      memory.taking = { rule: null, stopped: null };
      await save();
      await dropWalletKey(dir);
      await reopen(wallet);
    },

    /** A lost bond is what nobody wants twice without having looked. */
    stopAfter(record: JobRecord): void {
      const bondWei = lostBondOf(record);
      if (memory.taking.rule === null || !record.facts.byItself || bondWei === undefined) return;
      const stopped = `Job ${record.jobId} lost its bond of ${formatEther(bondWei)} POL.`;
      memory.taking = { rule: null, stopped };
      void save().catch(() => undefined);
    },
  };
}
