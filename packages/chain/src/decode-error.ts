import { type ErrorCode, TrainChainError, toTrainChainError } from "@trainchain/protocol";
import {
  type Abi,
  BaseError,
  type ContractErrorName,
  decodeErrorResult,
  formatGwei,
  type Hex,
  isHex,
} from "viem";
import { aiModelTrainingAbi } from "./generated/ai-model-training.ts";
import { aiModelTrainingV2Abi } from "./generated/ai-model-training-v2.ts";

export type EscrowErrorName =
  | ContractErrorName<typeof aiModelTrainingAbi>
  | ContractErrorName<typeof aiModelTrainingV2Abi>;

/** Errors of the same name have the same values in both versions, and mean the same. */
const escrowErrors: Abi = [...aiModelTrainingAbi, ...aiModelTrainingV2Abi].filter(
  (entry) => entry.type === "error",
);

interface Refusal {
  code: ErrorCode;
  /** What happened; `{name}` stands for an argument of the error. */
  message: string;
  fix: string;
}

const jobStatusWords = ["not existing", "open", "completed", "settled", "expired", "cancelled"];
const slotStatusWords = [
  "not accepted",
  "accepted",
  "submitted",
  "rejected",
  "released",
  "rejected, with time for an appeal",
  "rejected and appealed",
  "reinstated",
];

/** Every custom error of the contract's versions in words. A test proves that none is missing. */
export const escrowRefusals: Record<EscrowErrorName, Refusal> = {
  FeeTooHigh: {
    code: "invalid-input",
    message: "A fee of {feeBps} hundredths of a per cent is above the limit of {maxFeeBps}.",
    fix: "Deploy with a fee of at most 10 %.",
  },
  InvalidFeeReceiver: {
    code: "invalid-input",
    message: "{feeReceiver} cannot receive fees.",
    fix: "Name a wallet that exists.",
  },
  UnknownKind: {
    code: "invalid-input",
    message: "There is no job kind {kind}.",
    fix: "Use 0 for LLM fine-tuning or 1 for image classification.",
  },
  ContributorsOutOfRange: {
    code: "invalid-input",
    message: "A job cannot have between {minContributors} and {maxContributors} contributors.",
    fix: "Choose 1 ≤ minimum ≤ maximum ≤ {limit}.",
  },
  AcceptByOutOfRange: {
    code: "invalid-input",
    message: "Acceptance cannot end at {acceptBy} (Unix seconds).",
    fix: "Choose a time between {earliest} and {latest}.",
  },
  TrainingPeriodOutOfRange: {
    code: "invalid-input",
    message: "A training period of {seconds_} s is not possible.",
    fix: "Choose between {shortest} and {longest} s.",
  },
  ReviewPeriodOutOfRange: {
    code: "invalid-input",
    message: "A review period of {seconds_} s is not possible.",
    fix: "Choose between {shortest} and {longest} s.",
  },
  InvalidAggregator: {
    code: "invalid-input",
    message: "{aggregator} cannot be the aggregator.",
    fix: "Name the wallet that will complete the job.",
  },
  InvalidReferee: {
    code: "invalid-input",
    message: "{referee} cannot be the referee.",
    fix: "Name somebody else than the aggregator, or nobody.",
  },
  BondTooHigh: {
    code: "invalid-input",
    message: "A bond of {bondBps} hundredths of a per cent of a share is above the limit of {maxBondBps}.",
    fix: "Ask for a tenth of a share at most.",
  },
  StakeOutOfRange: {
    code: "invalid-input",
    message: "A stake of {stakeWei} wei is not possible with these terms.",
    fix: "Stake between {smallest} and {largest} wei.",
  },
  CidLengthOutOfRange: {
    code: "invalid-input",
    message: "A content id of {length} bytes is not possible.",
    fix: "Give one of 1 to {longest} bytes.",
  },
  JobNotOpen: {
    code: "conflict",
    message: "Job {jobId} is {status}, not open.",
    fix: "Look the job up again; nothing more can happen to one that has ended.",
  },
  NotRequester: {
    code: "forbidden",
    message: "{caller} did not create job {jobId}.",
    fix: "Sign with the requester's wallet.",
  },
  NotAggregator: {
    code: "forbidden",
    message: "{caller} is not the aggregator of job {jobId}.",
    fix: "Sign with the key of the aggregator that the job's terms name.",
  },
  NotReferee: {
    code: "forbidden",
    message: "{caller} is not the referee of job {jobId}.",
    fix: "Sign with the key of the referee that the job's terms name.",
  },
  PermitRequired: {
    code: "forbidden",
    message: "A slot of job {jobId} is taken with its requester's permit only.",
    fix: "Ask its requester for one, or choose another job.",
  },
  InvalidPermit: {
    code: "signature-invalid",
    message: "The permit for {contributor} is not signed by the requester of job {jobId}.",
    fix: "Ask for one for this job and wallet, on this chain and contract.",
  },
  AcceptanceExpired: {
    code: "gone",
    message: "The acceptance of job {jobId} by {contributor} was signed until {signedUntil} (Unix seconds).",
    fix: "Sign it again.",
  },
  InvalidAcceptance: {
    code: "signature-invalid",
    message: "The acceptance of job {jobId} is not signed by {contributor}.",
    fix: "Sign the same job, contributor, delegate and time with that wallet, for this chain and contract.",
  },
  AcceptanceClosed: {
    code: "gone",
    message: "Job {jobId} could be accepted until {acceptBy} (Unix seconds).",
    fix: "Choose another job.",
  },
  RequesterCannotContribute: {
    code: "forbidden",
    message: "{requester} created job {jobId} and cannot contribute to it.",
    fix: "Accept with another wallet, or choose another job.",
  },
  AlreadyAccepted: {
    code: "conflict",
    message: "{contributor} has already accepted job {jobId} once.",
    fix: "A wallet accepts a job only once, also after a rejection or a release; choose another job.",
  },
  NoFreeSlot: {
    code: "conflict",
    message: "All slots of job {jobId} are taken.",
    fix: "Choose another job, or come back in case a slot is freed.",
  },
  WrongBond: {
    code: "invalid-input",
    message: "Job {jobId} asks for a bond of {bondWei} wei, but {sentWei} wei were sent.",
    fix: "Send exactly the bond.",
  },
  SlotNotAccepted: {
    code: "conflict",
    message: "The slot of {contributor} in job {jobId} is {status}; this needs one that is accepted.",
    fix: "Look the job's slots up again.",
  },
  SlotNotSubmitted: {
    code: "conflict",
    message: "The slot of {contributor} in job {jobId} is {status}; only a submission can be rejected.",
    fix: "Look the job's slots up again.",
  },
  DeadlinePassed: {
    code: "gone",
    message: "{contributor} could deliver to job {jobId} until {deadline} (Unix seconds).",
    fix: "Nothing can be delivered any more; choose another job.",
  },
  DeadlineNotPassed: {
    code: "not-ready",
    message: "{contributor} can still deliver to job {jobId} until {deadline} (Unix seconds).",
    fix: "Wait for the delivery or for the deadline.",
  },
  NotSubmitter: {
    code: "forbidden",
    message: "{caller} may not submit for {contributor} in job {jobId}.",
    fix: "Sign with the slot's wallet or the delegate that it named.",
  },
  InvalidSignature: {
    code: "signature-invalid",
    message: "The submission to job {jobId} is signed by neither {contributor} nor its delegate.",
    fix: "Sign the same job, contributor and content id, for this chain and contract.",
  },
  RejectionClosed: {
    code: "gone",
    message: "Deliveries of job {jobId} could be rejected until {rejectBy} (Unix seconds).",
    fix: "Complete the job, or let it be settled.",
  },
  RejectionNotPending: {
    code: "conflict",
    message:
      "The slot of {contributor} in job {jobId} is {status}; this needs a rejection that has not taken effect.",
    fix: "Look the job's slots up again.",
  },
  RejectionNotAppealed: {
    code: "conflict",
    message: "The slot of {contributor} in job {jobId} is {status}; only an appeal can be ruled on.",
    fix: "Look the job's slots up again.",
  },
  SlotNotTaken: {
    code: "invalid-input",
    message: "{contributor} holds no slot of job {jobId} (its slot is {status}).",
    fix: "List the wallets of the taken slots only.",
  },
  ContributorListedTwice: {
    code: "invalid-input",
    message: "{contributor} is listed twice for job {jobId}.",
    fix: "List each wallet of a taken slot once.",
  },
  ContributorsMissing: {
    code: "conflict",
    message: "The list of contributors of job {jobId} is incomplete.",
    fix: "List the wallets of all taken slots; one may have been taken just now.",
  },
  TooFewSubmissions: {
    code: "not-ready",
    message: "Job {jobId} has {submissions} deliveries and needs {minContributors}.",
    fix: "Wait for more, or expire the job once acceptance and deadlines have passed.",
  },
  ReviewNotOver: {
    code: "not-ready",
    message: "The aggregator of job {jobId} has until {reviewEnds} (Unix seconds).",
    fix: "Wait until then.",
  },
  AcceptanceStillOpen: {
    code: "not-ready",
    message: "Job {jobId} can be accepted until {acceptBy} (Unix seconds).",
    fix: "Wait until then.",
  },
  EnoughSubmissions: {
    code: "conflict",
    message: "Job {jobId} has {submissions} deliveries, and {minContributors} are enough.",
    fix: "Complete it, or settle it after the review period.",
  },
  SlotsTaken: {
    code: "conflict",
    message: "Slots of job {jobId} are taken, so it cannot be cancelled.",
    fix: "Wait until the job completes, settles or expires.",
  },
  NothingToWithdraw: {
    code: "conflict",
    message: "Nothing waits for {wallet}.",
    fix: "Payments are pushed; only one that failed waits here.",
  },
  WithdrawalFailed: {
    code: "chain-rejected",
    message: "{wallet} refused its own withdrawal of {amountWei} wei.",
    fix: "Make the wallet able to receive, then withdraw again.",
  },
  // Two that only the constructor can meet, from the library that builds the EIP-712 domain.
  InvalidShortString: { code: "internal", message: "The domain's name is invalid.", fix: "Report this." },
  StringTooLong: { code: "internal", message: "The domain's name is too long.", fix: "Report this." },
};

/** The contract's refusal in words, or undefined where the data is none of its errors. */
export function decodeError(data: Hex): TrainChainError | undefined {
  let name: EscrowErrorName;
  let values: readonly unknown[];
  let inputs: readonly { name?: string }[];
  try {
    const decoded = decodeErrorResult({ abi: escrowErrors, data });
    if (!Object.hasOwn(escrowRefusals, decoded.errorName)) return undefined;
    name = decoded.errorName as EscrowErrorName;
    values = decoded.args ?? [];
    inputs = "inputs" in decoded.abiItem ? decoded.abiItem.inputs : [];
  } catch {
    return undefined;
  }
  const facts = Object.fromEntries(
    inputs.map((input, index) => [input.name ?? index, inWords(values[index])]),
  );
  const { code, message, fix } = escrowRefusals[name];
  const words = { ...facts, ...statusInWords(name, facts) };
  return new TrainChainError(code, fill(message, words), {
    fix: fill(fix, words),
    facts: { error: name, ...facts },
  });
}

/** Any error thrown by viem as a TrainChainError: the contract's refusal, a lack of funds, or a silent node. */
export function toChainError(error: unknown): TrainChainError {
  if (error instanceof TrainChainError) return error;
  if (!(error instanceof BaseError)) return toTrainChainError(error);
  const data = revertData(error);
  const refusal = data && decodeError(data);
  if (refusal) return refusal;
  const names = causes(error).map((cause) => (cause instanceof Error ? cause.name : ""));
  if (names.includes("UserRejectedRequestError")) {
    return new TrainChainError("forbidden", "you declined the request in your wallet", {
      fix: "Nothing was sent. Try again when you are ready.",
      facts: { declined: true },
      cause: error,
    });
  }
  if (names.includes("InsufficientFundsError")) {
    return new TrainChainError("insufficient-funds", "The wallet cannot pay the amount and the gas.", {
      fix: "Add funds to the wallet.",
      cause: error,
    });
  }
  if (names.includes("NonceTooLowError")) {
    return new TrainChainError("not-ready", "another transaction of this wallet was mined meanwhile", {
      fix: "Look again before you send another: it may have been the very same.",
      cause: error,
    });
  }
  if (names.some((name) => name === "HttpRequestError" || name === "TimeoutError")) {
    return new TrainChainError("chain-unavailable", "The chain's node did not answer.", {
      fix: "Check the RPC address and try again.",
      cause: error,
    });
  }
  const tip = /gas tip cap (\d+), minimum needed (\d+)/.exec(detailsOf(error));
  if (tip) {
    const [offered, needed] = tip.slice(1).map((wei) => `${formatGwei(BigInt(wei))} gwei`);
    return new TrainChainError(
      "chain-rejected",
      `The node takes a tip of ${needed} at least; ${offered} were offered.`,
      {
        fix: "Set a higher priority fee in the wallet, or use a node that asks for less.",
        cause: error,
      },
    );
  }
  if (names.includes("WaitForTransactionReceiptTimeoutError")) {
    return new TrainChainError("timeout", "The transaction is in no block yet.", {
      fix: "Wait: it may still be mined. Look at the job before you send another.",
      cause: error,
    });
  }
  return new TrainChainError("chain-rejected", error.shortMessage, { cause: error });
}

/** What the node itself said, wherever in the chain of errors it stands. */
function detailsOf(error: BaseError): string {
  return causes(error)
    .map((cause) => `${(cause as BaseError).details ?? ""} ${(cause as Error).message}`)
    .join("\n");
}

function revertData(error: BaseError): Hex | undefined {
  for (const cause of causes(error)) {
    const data = (cause as { data?: unknown }).data;
    const raw = typeof data === "object" && data !== null ? (data as { data?: unknown }).data : data;
    if (isHex(raw) && raw.length >= 10) return raw;
    const ownRaw = (cause as { raw?: unknown }).raw;
    if (isHex(ownRaw) && ownRaw.length >= 10) return ownRaw;
  }
  return undefined;
}

function causes(error: unknown): object[] {
  const chain: object[] = [];
  for (let cause = error; typeof cause === "object" && cause !== null; cause = (cause as Error).cause) {
    chain.push(cause);
  }
  return chain;
}

function statusInWords(name: EscrowErrorName, facts: Record<string, unknown>): Record<string, unknown> {
  if (!("status" in facts)) return {};
  const words = name === "JobNotOpen" ? jobStatusWords : slotStatusWords;
  return { status: words[Number(facts.status)] };
}

function inWords(value: unknown): unknown {
  if (typeof value === "bigint") return value.toString();
  return typeof value === "string" && value.startsWith("0x") ? value.toLowerCase() : value;
}

function fill(sentence: string, words: Record<string, unknown>): string {
  return sentence.replace(/\{(\w+)\}/g, (_, word: string) => String(words[word]));
}
