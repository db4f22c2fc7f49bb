import {
  decodeEvents,
  type EscrowEvent,
  getJob,
  getSlot,
  nodeName,
  nodeTransport,
  toChainError,
} from "@trainchain/chain";
import { type Address, type AnyReceipt, divideJob } from "@trainchain/protocol";
import { createPublicClient, isHash, type PublicClient } from "viem";
import type { Findings } from "./findings.ts";

type EventOf<Name extends EscrowEvent["name"]> = Extract<EscrowEvent, { name: Name }>;

/**
 * Everything in the receipt that the chain knows, asked of a node without the platform in between; returns the job's
 * events, none where no node could be asked.
 */
export async function checkChain(
  findings: Findings,
  receipt: AnyReceipt,
  rpcUrl: string | undefined,
): Promise<EscrowEvent[]> {
  const cannot = (why: string) => {
    findings.cannot("chain", why);
    return [];
  };
  if (!rpcUrl) return cannot("no node was given: name one with --rpc, or a platform with --api");
  const client = createPublicClient({ transport: nodeTransport(rpcUrl) });
  const chainId = await client.getChainId().catch(() => undefined);
  if (chainId === undefined) return cannot(`the node at ${nodeName(rpcUrl)} does not answer`);
  findings.compare("chainId", receipt.result.chainId, chainId);
  if (chainId !== receipt.result.chainId) return cannot(`the node is one of another chain, ${chainId}`);
  let events: EscrowEvent[];
  try {
    events = await checkTransactions(findings, receipt, client);
    await checkState(findings, receipt, client);
  } catch (error) {
    if (!isAway(error)) throw error;
    return cannot(`the node at ${nodeName(rpcUrl)} answers no longer`);
  }
  await checkCompleteness(findings, receipt, client, events);
  checkWork(findings, receipt, events);
  checkMoney(findings, receipt, events);
  return events;
}

function isAway(error: unknown): boolean {
  return toChainError(error).code === "chain-unavailable";
}

/** What a node refuses is nothing to it; one that is away is not asked again and again. */
function nothingUnlessAway(error: unknown): undefined {
  if (isAway(error)) throw error;
}

/** Each transaction that the receipt lists was mined, where and with the event that it says. Returns the job's events. */
async function checkTransactions(
  findings: Findings,
  { result, transactions }: AnyReceipt,
  client: PublicClient,
): Promise<EscrowEvent[]> {
  const events: EscrowEvent[] = [];
  const seen = new Map<string, EscrowEvent[]>();
  for (const { event, hash, blockNumber } of transactions) {
    const what = `transaction ${hash}`;
    if (!seen.has(hash)) {
      const asked = isHash(hash) ? client.getTransactionReceipt({ hash }) : undefined;
      const mined = await asked?.catch(nothingUnlessAway);
      const own = mined ? decodeEvents(mined.logs).filter((one) => isOf(one, result)) : [];
      seen.set(hash, own);
      events.push(...own);
    }
    const found = seen.get(hash)?.find(({ name }) => name === event);
    if (found)
      findings.compare(what, `${event} in block ${blockNumber}`, `${event} in block ${found.blockNumber}`);
    else findings.differs(what, `the chain knows no ${event} of job ${result.jobId} in it`);
  }
  return events;
}

function isOf(event: EscrowEvent, { escrow, jobId }: AnyReceipt["result"]): boolean {
  return event.address === escrow.toLowerCase() && "jobId" in event && event.jobId === BigInt(jobId);
}

/** The escrow's storage: status and stake of the job, each paid contributor's slot. */
async function checkState(findings: Findings, receipt: AnyReceipt, client: PublicClient): Promise<void> {
  const { result } = receipt;
  const key = { escrow: result.escrow as Address, jobId: BigInt(result.jobId) };
  const job = await getJob(client, key).catch((error: unknown) => {
    if (isAway(error)) throw error;
    return String(error);
  });
  if (typeof job === "string") return findings.differs("escrow", `${result.escrow} answers no job: ${job}`);
  findings.compare("status", receipt.status, job.status);
  findings.compare("stakeWei", receipt.stakeWei, job.stakeWei);
  for (const { contributor, slot } of result.contributors) {
    const what = `slot of ${contributor}`;
    // A mixed-case address is checked by its sum, which may be wrong.
    const wallet = contributor.toLowerCase() as Address;
    const taken = await getSlot(client, { ...key, contributor: wallet }).catch(nothingUnlessAway);
    if (taken) findings.compare(what, `${slot} submitted`, `${taken.index} ${taken.status}`);
    else findings.cannot(what, "the node does not answer");
  }
}

/** The receipt leaves out none of the job's events between its first and its last. */
async function checkCompleteness(
  findings: Findings,
  { result, transactions }: AnyReceipt,
  client: PublicClient,
  events: readonly EscrowEvent[],
): Promise<void> {
  const what = "transactions, none left out";
  const blocks = events.map(({ blockNumber }) => blockNumber).toSorted((a, b) => Number(a - b));
  const [fromBlock, toBlock] = [blocks[0], blocks.at(-1)];
  if (fromBlock === undefined || toBlock === undefined)
    return findings.cannot(what, "no transaction of the job was found");
  const address = result.escrow as Address;
  const logs = await client.getLogs({ address, fromBlock, toBlock }).catch(() => undefined);
  if (!logs) return findings.cannot(what, `the node does not list the blocks ${fromBlock} to ${toBlock}`);
  const list = (rows: readonly string[]) => rows.toSorted().join(", ");
  const stated = list(transactions.map(({ event, hash }) => `${event} ${hash}`));
  const found = decodeEvents(logs).filter((event) => isOf(event, result));
  const recorded = list(found.map(({ name, transactionHash }) => `${name} ${transactionHash}`));
  if (stated === recorded) findings.compare(what, `${found.length} events`, `${found.length} events`);
  else findings.compare(what, stated, recorded);
}

/** What was agreed, delivered and recorded as the result. */
function checkWork(
  findings: Findings,
  { result, resultCid }: AnyReceipt,
  events: readonly EscrowEvent[],
): void {
  const created = find(events, "JobCreated");
  if (created) findings.compare("specCid on chain", result.specCid, created.terms.specCid);
  for (const { contributor, adapterCid } of result.contributors) {
    const delivered = events.filter(
      (event): event is EventOf<"AdapterSubmitted"> =>
        event.name === "AdapterSubmitted" && event.contributor === contributor.toLowerCase(),
    );
    const recorded = delivered.at(-1)?.adapterCid ?? "no submission";
    findings.compare(`adapterCid of ${contributor} on chain`, adapterCid, recorded);
  }
  const closed = find(events, "JobClosed");
  if (closed?.resultCid) findings.compare("resultCid on chain", resultCid, closed.resultCid);
  else if (closed) findings.cannot("resultCid on chain", "a job that was settled has none there");
}

/** Every wei: as the events say, as the escrow's rule divides it, and in sum. */
function checkMoney(findings: Findings, receipt: AnyReceipt, events: readonly EscrowEvent[]): void {
  const [created, closed] = [find(events, "JobCreated"), find(events, "JobClosed")];
  if (!created || !closed) {
    findings.cannot("payouts", "the job's creation or end is not in the receipt");
    return;
  }
  findings.compare("feeWei", receipt.feeWei, closed.feeWei);
  const lateWei = events
    .filter((event) => event.name === "RejectionEnforced")
    .reduce((sum, event) => sum + event.refundWei, 0n);
  findings.compare("refundWei", receipt.refundWei, closed.refundWei + lateWei);
  const paid = events.filter((event) => event.name === "JobCompleted");
  const statedPayout = new Map(receipt.payouts.map((one) => [one.contributor.toLowerCase(), one.amountWei]));
  for (const { contributor, amountWei } of paid)
    findings.compare(`payout of ${contributor}`, statedPayout.get(contributor) ?? "nothing", amountWei);
  findings.compare("number of payouts", receipt.payouts.length, paid.length);

  const { terms, stakeWei, feeBps } = created;
  const released = events.filter((event) => event.name === "SlotReleased");
  // Where bonds are burned, nobody is given them.
  const burnsBonds = terms.bondBps !== undefined;
  const forfeitedWei = burnsBonds ? 0n : released.reduce((sum, event) => sum + event.forfeitedWei, 0n);
  let heldWei = 0n;
  if (closed.status !== "none" && closed.status !== "open") {
    const rule = divideJob({
      ...{ ...terms, burnsBonds },
      rewardWei: stakeWei,
      feeBps,
      deliveries: paid.length,
      forfeits: released.filter((event) => event.forfeitedWei > 0n).length,
      end: closed.status,
    });
    for (const { contributor, amountWei } of receipt.payouts)
      findings.compare(`payout of ${contributor} by the escrow's rule`, amountWei, rule.contributorWei);
    findings.compare("feeWei by the escrow's rule", receipt.feeWei, rule.feeWei);
    // A refusal that may be overturned keeps a share, which is neither paid nor refunded yet.
    heldWei = BigInt(countContested(events)) * rule.contributorWei;
    findings.compare("refundWei by the escrow's rule", receipt.refundWei, rule.refundWei - heldWei);
  }
  const outWei = [...receipt.payouts.map(({ amountWei }) => amountWei), receipt.feeWei, receipt.refundWei];
  const sum = outWei.reduce((total, wei) => total + BigInt(wei), heldWei);
  findings.compare("stake and forfeited bonds, in sum", sum, BigInt(receipt.stakeWei) + forfeitedWei);
}

/** Refusals of the escrow's second version that have neither taken effect nor been overturned. */
function countContested(events: readonly EscrowEvent[]): number {
  return events.reduce((count, event) => {
    if (event.name === "AdapterRejected" && event.appealBy !== undefined) return count + 1;
    const isDecided =
      event.name === "RejectionEnforced" || (event.name === "AppealRuled" && event.overturned);
    return isDecided ? count - 1 : count;
  }, 0);
}

function find<Name extends EscrowEvent["name"]>(events: readonly EscrowEvent[], name: Name) {
  return events.find((event): event is EventOf<Name> => event.name === name);
}
