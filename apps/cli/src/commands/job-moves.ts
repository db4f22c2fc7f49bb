import { type EscrowMove, escrowMoves } from "@trainchain/requester";
import type { Command } from "commander";
import { jobNumber, withWallet } from "../options.ts";
import { createOutput } from "../output.ts";
import { openWalletPlatform, type PlatformOptions } from "../platform.ts";

interface MoveCommand {
  name: string;
  move: EscrowMove;
  description: string;
  /** What the escrow has done then. */
  done: (jobId: string, contributors: string[]) => string;
}

const moveCommands: MoveCommand[] = [
  {
    name: "cancel",
    move: "cancelJob",
    description: "take back a job of yours that has no contributor yet; the whole stake is refunded",
    done: (jobId) => `job ${jobId} is cancelled`,
  },
  {
    name: "release",
    move: "releaseSlot",
    description: "free the slots of a job whose deadline passed without a delivery; for anybody",
    done: (_, contributors) => `released the slot of ${contributors}`,
  },
  {
    name: "enforce",
    move: "enforceRejection",
    description:
      "let the refusals of a job take effect whose time for an appeal, or for a ruling, is over; for anybody",
    done: (_, contributors) => `the refusal of ${contributors} has taken effect`,
  },
  {
    name: "expire",
    move: "expireJob",
    description:
      "end a job that can no longer reach its minimum: deliveries are paid, the rest is refunded; for anybody",
    done: (jobId) => `job ${jobId} has expired`,
  },
  {
    name: "settle",
    move: "settleJob",
    description: "pay out a job whose aggregator has been silent for its review period; for anybody",
    done: (jobId) => `job ${jobId} is settled`,
  },
];

/** What a wallet may do with a job on the escrow, a command each. */
export const addJobMoves = moveCommands.map((command) => (parent: Command): void => {
  const { name, move, description, done } = command;
  withWallet(parent.command(name))
    .description(description)
    .argument("<job>", "its number", jobNumber)
    .action(async (jobId: string, options: PlatformOptions & { json: boolean }) => {
      const platform = await openWalletPlatform(options);
      const sent = await escrowMoves[move](platform, BigInt(jobId));
      const many = { releaseSlot: "released", enforceRejection: "enforced" } as const;
      const document =
        move === "releaseSlot" || move === "enforceRejection"
          ? {
              [many[move]]: sent.map(({ transaction, contributors: [contributor] }) => ({
                contributor,
                transaction,
              })),
            }
          : sent[0];
      createOutput(options.json).result({ jobId, ...document }, () =>
        sent.map(({ transaction, contributors }) => `✓ ${done(jobId, contributors)} (${transaction})`),
      );
    });
});
