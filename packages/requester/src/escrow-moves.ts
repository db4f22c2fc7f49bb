import {
  type ChainSlot,
  cancelJob,
  confirmTransaction,
  enforceRejection,
  expireJob,
  releaseSlot,
  type SettleJobArgs,
  type SigningClient,
  settleJob,
} from "@trainchain/chain";
import { type Address, isContested, TrainChainError } from "@trainchain/protocol";
import type { Hash } from "viem";
import { getBlock } from "viem/actions";
import { listTakenSlots } from "./list-taken-slots.ts";
import type { SigningPlatform } from "./signing-platform.ts";

/** What a person may do with a job on the escrow besides taking a slot; cancelling is its requester's alone. */
export type EscrowMove = "cancelJob" | "releaseSlot" | "enforceRejection" | "settleJob" | "expireJob";

/** One transaction that was sent and mined, with the wallets that it named. */
interface Sent {
  transaction: Hash;
  contributors: Address[];
}

/** Each move: signs, sends and waits until it is mined. Whether it may be made now the contract says. */
export const escrowMoves: Record<EscrowMove, (platform: SigningPlatform, jobId: bigint) => Promise<Sent[]>> =
  {
    cancelJob: async ({ escrow, reader, signer }, jobId) => [
      await mined(reader, cancelJob(signer, { escrow, jobId }), []),
    ],
    settleJob: (platform, jobId) => endJob(settleJob, platform, jobId),
    expireJob: (platform, jobId) => endJob(expireJob, platform, jobId),
    /** Every late slot, a signature each. */
    releaseSlot: (platform, jobId) =>
      moveLateSlots(platform, jobId, {
        ...{ move: releaseSlot, isMeant: ({ status }) => status === "accepted" },
        none: `no slot of job ${jobId} is overdue`,
      }),
    /** Every refusal that nobody contests any more, a signature each. */
    enforceRejection: (platform, jobId) =>
      moveLateSlots(platform, jobId, {
        ...{ move: enforceRejection, isMeant: isContested },
        none: `no refusal of job ${jobId} can take effect now`,
      }),
  };

async function moveLateSlots(
  platform: SigningPlatform,
  jobId: bigint,
  { move, isMeant, none }: { move: typeof releaseSlot; isMeant: (slot: ChainSlot) => boolean; none: string },
): Promise<Sent[]> {
  const { escrow, reader, signer } = platform;
  // The chain's clock: this machine's may go wrong.
  const { timestamp: now } = await getBlock(reader);
  const late = (await listTakenSlots(platform, jobId)).filter(
    ({ slot }) => isMeant(slot) && slot.timestamp < now,
  );
  if (late.length === 0)
    throw new TrainChainError("conflict", none, {
      fix: "Look at the job again: its slots have their deadlines.",
    });
  const sent: Sent[] = [];
  for (const { contributor } of late)
    sent.push(await mined(reader, move(signer, { escrow, jobId, contributor }), [contributor]));
  return sent;
}

async function endJob(
  end: (client: SigningClient, args: SettleJobArgs) => Promise<Hash>,
  platform: SigningPlatform,
  jobId: bigint,
): Promise<Sent[]> {
  const { escrow, reader, signer } = platform;
  const contributors = (await listTakenSlots(platform, jobId)).map(({ contributor }) => contributor);
  return [await mined(reader, end(signer, { escrow, jobId, contributors }), contributors)];
}

async function mined(
  reader: SigningPlatform["reader"],
  sending: Promise<Hash>,
  contributors: Address[],
): Promise<Sent> {
  const transaction = await sending;
  await confirmTransaction(reader, transaction);
  return { transaction, contributors };
}
