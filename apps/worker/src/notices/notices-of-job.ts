import type { ChainEventRow } from "@trainchain/db/market";
import { type Notice, type NoticeType, truncateAddress } from "@trainchain/protocol";

/** A notice, whom it is for, and by what it is known: however often it is found, it is sent once. */
export interface WalletNotice {
  wallet: string;
  /** When it came to be. */
  at: Date;
  key: string;
  notice: Notice;
}

type Told = Partial<Record<"requester" | "contributor", NoticeType>>;

/** What each event of a job is to its requester, and to the contributor whom it names. */
const told: Record<string, Told> = {
  JobAccepted: { requester: "slot.taken" },
  AdapterSubmitted: { requester: "delivery.submitted" },
  AdapterRejected: { requester: "delivery.refused", contributor: "delivery.refused" },
  SlotReleased: { requester: "slot.released", contributor: "slot.released" },
  JobCompleted: { contributor: "reward.paid" },
  JobClosed: { requester: "job.closed" },
};

/** What the wallets of a job are told of its events. */
export function noticesOfJob(
  { requester }: { requester: string },
  events: readonly ChainEventRow[],
): WalletNotice[] {
  return events.flatMap((event) => {
    const { contributor } = event.args;
    const wallets = {
      requester,
      contributor: typeof contributor === "string" ? contributor.toLowerCase() : undefined,
    };
    return Object.entries(told[event.name] ?? {}).flatMap(([role, type]) => {
      const wallet = wallets[role as keyof Told];
      return wallet === undefined ? [] : [{ wallet, ...describe(event, type) }];
    });
  });
}

function describe(event: ChainEventRow, type: NoticeType): Omit<WalletNotice, "wallet"> {
  const { escrow, jobId, transactionHash, logIndex, minedAt, args } = event;
  const data: Notice["data"] = {};
  for (const [name, value] of Object.entries(args))
    if (typeof value === "number") data[name] = value;
    // Wallets are truncated, as wherever the platform shows them.
    else if (typeof value === "string") data[name] = isAddress(value) ? truncateAddress(value) : value;
  // Where nobody hears appeals, their time is over as it begins.
  if (Number(args.appealBy) * 1_000 <= minedAt.getTime()) delete data.appealBy;
  return {
    at: minedAt,
    key: `${type}/${transactionHash}/${logIndex}`,
    notice: {
      type,
      timestamp: minedAt.toISOString(),
      data: { ...data, jobId: String(jobId), escrow, transaction: transactionHash },
    },
  };
}

function isAddress(text: string): boolean {
  return /^0x[0-9a-fA-F]{40}$/.test(text);
}
