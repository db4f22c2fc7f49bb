import { escrowAbis, findEscrowVersion, getJob, getSlot } from "@trainchain/chain";
import type { TransactionRow } from "@trainchain/db/work";
import { type Address, cidSchema, TrainChainError } from "@trainchain/protocol";
import {
  type Abi,
  type AbiFunction,
  decodeFunctionData,
  type EncodeFunctionDataParameters,
  encodeFunctionData,
  getAbiItem,
  type Hex,
  type LocalAccount,
  type PublicClient,
} from "viem";
import { gasLimits, type Verb } from "./limits.ts";

/** A call of ours: what it does, to which job, and the wallets that it names. */
export interface ExaminedCall {
  verb: Verb;
  jobId: bigint;
  contributors: readonly Address[];
  /** Content id of a delivery, a reason or a result, where the call has one. */
  cid: string | undefined;
  signature: Hex | undefined;
  /** Of an acceptance alone. */
  acceptance?: { delegate: Address; signedUntil: number } | undefined;
}

/**
 * Reads what a row of `transactions` asks the aggregator's key to sign, and compares it with the chain: only a call of
 * the eight to our escrow, without value, written as our own code writes it, about a job that names this key as its
 * aggregator and wallets that took a slot of it, or are to take one by what they signed. Whether the move is due is for the escrow to say.
 * @throws TrainChainError `forbidden` for anything else, whoever wrote it
 */
export async function examineCall(
  { client, account, escrow }: { client: PublicClient; account: LocalAccount; escrow: Address },
  row: Pick<TransactionRow, "purpose" | "toAddress" | "data" | "valueWei">,
): Promise<ExaminedCall> {
  const call = readCall(escrow, escrowAbis[await findEscrowVersion(client, escrow)], row);
  const { jobId, contributors } = call;
  const { aggregator } = await getJob(client, { escrow, jobId });
  if (aggregator !== account.address.toLowerCase())
    throw forbidden(row, `job ${jobId} does not name this key as its aggregator`);
  if (call.acceptance) return call;
  await Promise.all(
    contributors.map(async (contributor) => {
      const { status } = await getSlot(client, { escrow, jobId, contributor });
      if (status === "none") throw forbidden(row, `${contributor} never took a slot of job ${jobId}`);
    }),
  );
  return call;
}

function readCall(escrow: Address, abi: Abi, row: Parameters<typeof examineCall>[1]): ExaminedCall {
  const { toAddress, data, valueWei, purpose } = row;
  if (toAddress.toLowerCase() !== escrow) throw forbidden(row, `it is for ${toAddress}, not for the escrow`);
  if (valueWei !== 0n) throw forbidden(row, `it carries ${valueWei} wei`);
  const call = decode(abi, data as Hex);
  if (!call) throw forbidden(row, "it is none of the calls that this key signs, or not written as they are");
  if (!`${purpose}/`.startsWith(`${call.verb}/${escrow}/${call.jobId}/`))
    throw forbidden(row, `it is a ${call.verb} of job ${call.jobId}`);
  if (call.cid !== undefined && !cidSchema.safeParse(call.cid).success)
    throw forbidden(row, `"${call.cid}" is no content id`);
  return call;
}

/** The call, if it is one of those and encodes to the very same bytes. */
function decode(abi: Abi, data: Hex): ExaminedCall | undefined {
  try {
    const { functionName, args = [] } = decodeFunctionData({ abi, data });
    if (!Object.hasOwn(gasLimits, functionName)) return undefined;
    const encoded = encodeFunctionData({ abi, functionName, args } as EncodeFunctionDataParameters);
    if (encoded !== data.toLowerCase()) return undefined;
    const { inputs } = getAbiItem({ abi, name: functionName }) as AbiFunction;
    const named: NamedArguments = Object.fromEntries(inputs.map(({ name }, index) => [name, args[index]]));
    // It would burn a bond, on the word of a row.
    if (named.provable) return undefined;
    const { jobId = 0n, contributor, contributors = contributor ? [contributor] : [], signature } = named;
    const { delegate, signedUntil } = named;
    return {
      verb: functionName as Verb,
      jobId,
      contributors: contributors.map((wallet) => wallet.toLowerCase() as Address),
      cid: named.adapterCid ?? named.reasonCid ?? named.resultCid,
      signature,
      acceptance:
        functionName === "acceptJobBySig" && delegate && signedUntil !== undefined
          ? { delegate: delegate.toLowerCase() as Address, signedUntil: Number(signedUntil) }
          : undefined,
    };
  } catch {
    return undefined;
  }
}

/** The arguments of these calls, under their names in the contract. */
interface NamedArguments {
  jobId?: bigint;
  contributor?: Address;
  contributors?: Address[];
  adapterCid?: string;
  reasonCid?: string;
  resultCid?: string;
  provable?: boolean;
  delegate?: Address;
  signedUntil?: bigint;
  signature?: Hex;
}

function forbidden({ purpose }: { purpose: string }, why: string): TrainChainError {
  return new TrainChainError("forbidden", `"${purpose}" is not signed: ${why}`, {
    fix: "Find out who wrote this row into the table of transactions.",
  });
}
