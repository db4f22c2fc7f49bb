import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createApiClient, type Signer } from "@trainchain/api-client";
import { decodeEvents, getJob } from "@trainchain/chain";
import {
  type Address,
  deliveredLoss,
  deliveredSha256,
  type Gain,
  pairedGain,
  type Receipt,
  TrainChainError,
} from "@trainchain/protocol";
import { computeCid, unseal } from "@trainchain/storage";
import type { Loss, Losses } from "./evaluate-again.ts";
import type { ChainReader } from "./read-chain.ts";

export interface Claim {
  claim: string;
  holds: boolean;
  seen: string;
}

export interface Evidence {
  apiUrl: string;
  escrow: Address;
  chain: ChainReader;
  jobId: bigint;
  stakeWei: bigint;
  dataset: string;
  contributors: readonly (Signer & { address: Address })[];
  stranger: Signer;
  receipt: Receipt;
  adapterDir: string;
  losses: Losses;
  /** Balance after − before + gas paid, per contributor in order. */
  earnedWei: bigint[];
}

/** Every claim that the demo makes about itself, tested against chain, API and downloaded files. */
export async function checkClaims(evidence: Evidence): Promise<Claim[]> {
  return [
    await shareIsExact(evidence),
    await escrowIsEmpty(evidence),
    mergedBeatsBase(evidence),
    mergedBeatsSingles(evidence),
    lossesAreFoundAgain(evidence),
    await resultIsTheOneOnChain(evidence),
    await adapterIsTheOneInTheReceipt(evidence),
    ...(await shardsArePrivate(evidence)),
  ];
}

export async function shareIsExact({
  chain,
  escrow,
  jobId,
  stakeWei,
  contributors,
  earnedWei,
}: Pick<Evidence, "chain" | "escrow" | "jobId" | "stakeWei" | "contributors" | "earnedWei">): Promise<Claim> {
  const shareWei = stakeWei / BigInt(contributors.length);
  const logs = await chain.client.getLogs({ address: escrow, fromBlock: 0n });
  const paid = decodeEvents(logs).filter((event) => event.name === "JobCompleted" && event.jobId === jobId);
  const exact =
    paid.length === contributors.length &&
    paid.every((event) => event.name === "JobCompleted" && event.amountWei === shareWei) &&
    earnedWei.every((earned) => earned === shareWei);
  return {
    claim: "each contributor got exactly stake / N",
    holds: exact,
    seen: `${earnedWei.join(", ")} wei of ${shareWei} each`,
  };
}

export async function escrowIsEmpty({
  chain,
  escrow,
  jobId,
}: Pick<Evidence, "chain" | "escrow" | "jobId">): Promise<Claim> {
  const balance = await chain.balanceOf(escrow);
  const { status } = await getJob(chain.client, { escrow, jobId });
  return {
    claim: "the job is completed and the contract's balance is 0",
    holds: balance === 0n && status === "completed",
    seen: `${status}, ${balance} wei`,
  };
}

function mergedBeatsBase({ losses: { base, merged } }: Evidence): Claim {
  const { mean, interval } = gainOver(base, merged);
  return {
    claim: "the result loads in PEFT and beats the base on the holdout by more than its interval of 95 %",
    holds: merged.loss < base.loss && mean > interval,
    seen: `held-out loss ${show(merged)} against ${show(base)}; a row's is lower by ${mean.toFixed(3)} ± ${interval.toFixed(3)}`,
  };
}

function mergedBeatsSingles({ losses: { merged, singles } }: Evidence): Claim {
  const gains = singles.map((single) => gainOver(single, merged));
  return {
    claim: "no contributor's adapter alone is better than the result by more than the interval of 95 %",
    holds: gains.every(({ mean, interval }) => mean + interval >= 0),
    seen: `held-out loss ${show(merged)} against ${singles.map(show).join(" and ")}`,
  };
}

const show = ({ loss }: Loss) => loss.toFixed(4);

/** By how much a row's loss is lower than another's. */
function gainOver(other: Loss, own: Loss): Gain {
  const gain = pairedGain(other.rowLosses, own.rowLosses);
  if (!gain) throw new Error("two measurements are not of the same rows, or of one row only");
  return gain;
}

/** Another process and another batch shape: the sums differ in their last digits only. */
function lossesAreFoundAgain({ losses, receipt }: Evidence): Claim {
  const { evaluation } = receipt.result;
  const got = deliveredLoss(receipt.result);
  const difference =
    evaluation && got !== undefined
      ? Math.max(Math.abs(evaluation.base.loss - losses.base.loss), Math.abs(got - losses.merged.loss))
      : Number.POSITIVE_INFINITY;
  return {
    claim: "the receipt's held-out losses are found again",
    holds: difference < 1e-3,
    seen: `they differ by ${difference.toExponential(1)}`,
  };
}

export async function resultIsTheOneOnChain({
  apiUrl,
  chain,
  escrow,
  jobId,
  receipt,
}: Pick<Evidence, "apiUrl" | "chain" | "escrow" | "jobId"> & {
  receipt: { resultCid: string };
}): Promise<Claim> {
  const content = await createApiClient({ baseUrl: apiUrl }).getContent(receipt.resultCid);
  const cid = await computeCid(content);
  const logs = await chain.client.getLogs({ address: escrow, fromBlock: 0n });
  const closed = decodeEvents(logs).find((event) => event.name === "JobClosed" && event.jobId === jobId);
  return {
    claim: "the result document hashes to the CID that completeJob recorded",
    holds: closed?.name === "JobClosed" && closed.resultCid === cid,
    seen: cid,
  };
}

async function adapterIsTheOneInTheReceipt({ adapterDir, receipt }: Evidence): Promise<Claim> {
  const bytes = await readFile(join(adapterDir, "adapter_model.safetensors"));
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  return {
    claim: "the downloaded adapter is the one that the receipt names",
    holds: sha256 === deliveredSha256(receipt.result),
    seen: `sha256 ${sha256.slice(0, 16)}…`,
  };
}

/** A stranger gets no assignment; a contributor gets only its own; no key opens another's shard; storage shows no row. */
async function shardsArePrivate({
  apiUrl,
  jobId,
  contributors,
  stranger,
  dataset,
}: Evidence): Promise<Claim[]> {
  const assignments = await Promise.all(
    contributors.map(async (contributor) => {
      const api = createApiClient({ baseUrl: apiUrl });
      await api.signIn(contributor);
      return api.getAssignment(jobId);
    }),
  );
  const strangerApi = createApiClient({ baseUrl: apiUrl });
  await strangerApi.signIn(stranger);
  const refusal = await strangerApi.getAssignment(jobId).then(
    () => "an assignment",
    (error: unknown) => (error instanceof TrainChainError ? error.code : String(error)),
  );
  const foreignKeys = await Promise.all(
    assignments.flatMap((own, index) =>
      assignments
        .filter((_, other) => other !== index)
        .map((other) => opens(strangerApi, own.shard.cid, other.shard.identity)),
    ),
  );
  const leaked = await Promise.all(
    assignments.map(async ({ shard }) => showsRow(await strangerApi.getContent(shard.cid), dataset)),
  );
  const cids = new Set(assignments.map(({ shard }) => shard.cid));
  return [
    {
      claim: "a third wallet can read neither shard",
      holds: refusal === "not-found" && !leaked.includes(true),
      seen: `asked for an assignment: ${refusal}; rows in the stored bytes: ${leaked.includes(true) ? "yes" : "none"}`,
    },
    {
      claim: "each contributor holds its own shard and cannot open another's",
      holds: cids.size === contributors.length && !foreignKeys.includes(true),
      seen: `${cids.size} different shards, ${foreignKeys.filter(Boolean).length} opened with a foreign key`,
    },
  ];
}

export async function opens(
  api: ReturnType<typeof createApiClient>,
  cid: string,
  identity: string,
): Promise<boolean> {
  try {
    for await (const _ of await unseal(await api.getContent(cid), identity)) return true;
    return true;
  } catch {
    return false;
  }
}

/** Whether any stored byte sequence spells the beginning of one of the dataset's rows. */
async function showsRow(content: ReadableStream<Uint8Array>, dataset: string): Promise<boolean> {
  const stored = Buffer.from(await new Response(content).arrayBuffer()).toString("latin1");
  let head = "";
  for await (const chunk of createReadStream(dataset, { encoding: "utf8", end: 65_536 })) head += chunk;
  const samples = head.match(/"instruction": ?"[^"]{16,48}/g) ?? [];
  return stored.includes('"instruction"') || samples.some((sample) => stored.includes(sample));
}
