import { wordsOf } from "@trainchain/protocol";
import { formatEther } from "viem";
import { hasEnded, type JobRecord, type JobState } from "./job-record.ts";

export interface StateWords {
  /** What happens now. */
  now: string;
  /** What happens next, and by when at the latest; empty once the job has ended. */
  next: string;
}

type Describe = (record: JobRecord) => StateWords;

const reward = ({ facts }: JobRecord) =>
  facts.shareWei === undefined ? "the reward" : `${formatEther(BigInt(facts.shareWei))} POL`;

const deadline = ({ facts }: JobRecord) =>
  facts.onChain
    ? " The chain has its CID, so the deadline is kept; what is not sent soon is refused, and costs no bond."
    : facts.deadline === undefined
      ? ""
      : ` Deadline: ${new Date(facts.deadline * 1000).toISOString()}.`;

/** Said for as long as the payment is to come. */
const paidBy = ({ facts }: JobRecord) =>
  facts.paidBy === undefined
    ? ""
    : ` Paid at the latest on ${new Date(facts.paidBy * 1000).toISOString()}: from then on anybody may have it paid.`;

/** What a kind of job delivers. */
const product = ({ facts }: JobRecord) => wordsOf(facts.kind).product;

/** What the platform does again of the training, and whether it has what it needs for that from here. */
const askedFor = ({ facts: { replay } }: JobRecord) => {
  if (!replay) return "";
  const { drawn, segments, asked, sent } = replay;
  const state =
    sent < asked ? `${sent} of the ${asked} states that this takes are sent` : "it has what that takes";
  return ` The platform asked for ${drawn} of ${segments} stages of the training, to do them again: ${state}.`;
};

/** What is asked for, and what is still going to be, can be sent by this agent alone. */
const stayOn = ({ facts: { keepsStates, replay } }: JobRecord) => {
  if (!replay)
    return keepsStates
      ? "Let this agent run until it is verified: the platform will ask for states of the training, and refuses what it does not get. "
      : "";
  return replay.sent < replay.asked
    ? "Let this agent run until all is sent: what is withheld is refused. "
    : "";
};

/** What a slot costs that is not delivered. */
const loss = ({ facts }: JobRecord) =>
  facts.bondWei === undefined || facts.bondWei === "0"
    ? ""
    : ` Its bond of ${formatEther(BigInt(facts.bondWei))} POL is lost.`;

const descriptions: Record<JobState, Describe> = {
  discovered: () => ({
    now: "The job waits until this machine is free.",
    next: "Then the machine is checked against its needs; nothing is signed before.",
  }),
  preflight: () => ({
    now: "Checking whether this machine can do the job before its deadline.",
    next: "If it can, the wallet accepts the job on chain.",
  }),
  accepting: (record) => ({
    now: record.facts.platformPays
      ? "The wallet signed for a slot of the job; the platform takes it on chain and pays the fee."
      : "The wallet is taking a slot of the job on chain.",
    next: `The slot's part of the data is handed out; delivered work is paid ${reward(record)}.`,
  }),
  accepted: (record) => ({
    now: "The slot is ours; fetching its sealed part of the data.",
    next: `Training starts.${deadline(record)}`,
  }),
  assigned: (record) => ({
    now: "The data is here, still sealed.",
    next: `Training starts.${deadline(record)}`,
  }),
  training: (record) => ({
    now: progress(record),
    next: `The ${product(record)} is sealed, stored and submitted by itself.${deadline(record)}`,
  }),
  trained: (record) => ({
    now: `Training is done; sealing the ${product(record)} so that only the platform can open it.`,
    next: `It is stored and submitted.${deadline(record)}`,
  }),
  sealed: (record) => ({
    now: `Storing the sealed ${product(record)}.`,
    next: record.facts.onChain
      ? `Let this agent run.${deadline(record)}`
      : `The delegate key signs the submission.${deadline(record)}`,
  }),
  uploaded: (record) => ({
    now: `The ${product(record)} is stored; its submission is being signed and handed to the relay.`,
    next: `The chain records it.${deadline(record)}`,
  }),
  submitted: (record) =>
    record.facts.onChain
      ? {
          now: `The chain has the submission; the ${product(record)} is being verified.${askedFor(record)}`,
          next: `When every slot has delivered or run out of time, the job is completed and paid.${paidBy(record)} ${stayOn(record)}`.trim(),
        }
      : record.facts.relayError
        ? {
            now: `The relay could not bring the submission on chain: ${record.facts.relayError.message}`,
            next: "This agent sends it from the wallet, if it has POL for the gas; else it asks the relay again.",
          }
        : {
            now: "The relay has the signed submission.",
            next: `The chain records it within a minute or two; if not, this agent sends it itself.${record.facts.keepsStates ? " Let it run: the platform will then ask for states of the training." : ""}`,
          },
  verified: (record) => ({
    now: record.facts.isReinstated
      ? `The ${product(record)} was refused, and the job's referee overturned that.`
      : `The ${product(record)} passed every check.`,
    next: `When every slot has delivered or run out of time, ${reward(record)} is paid.${paidBy(record)}`,
  }),
  paid: ({ facts }) => ({
    now: `Paid: ${formatEther(BigInt(facts.paidWei ?? "0"))} POL.`,
    next: "",
  }),
  rejected: (record) => ({
    now: `The ${product(record)} was refused: ${record.facts.reason ?? "see the job's verification"}`,
    next: "",
  }),
  released: (record) => ({
    now: `${record.facts.reason ?? `The slot's deadline passed before the ${product(record)} was on chain: nothing can be delivered for it any more.`}${loss(record)}`,
    next: "",
  }),
  missed: ({ facts }) => ({ now: facts.reason ?? "Others took the job's slots first.", next: "" }),
  unfit: ({ facts }) => ({ now: facts.reason ?? "This machine cannot do the job.", next: "" }),
};

/** What a job's state means, in words. A problem that needs a person comes first. */
export function describeState(record: JobRecord): StateWords {
  const words = descriptions[record.state](record);
  const { problem, hindrance, paused, refusal } = record.facts;
  if (hasEnded(record)) return words;
  if (paused && !problem) return pausedWords(record);
  if (hindrance && !problem) return hinderedWords(record, hindrance);
  if (!problem) return refusal ? contestedWords(record, refusal) : words;
  return { now: `Stopped: ${problem.message}`, next: problem.fix ?? "Start the agent again to go on." };
}

/** A refusal that has not taken effect. */
function contestedWords(
  record: JobRecord,
  { until, isAppealed }: { until: number; isAppealed: boolean },
): StateWords {
  const end = new Date(until * 1000).toISOString();
  return isAppealed
    ? {
        now: `The ${product(record)} was refused, and you appealed.`,
        next: `The job's referee decides until ${end}; if it does not, the refusal stands and burns nothing.`,
      }
    : {
        now: `The ${product(record)} was refused.`,
        next: `You may appeal until ${end} (trainchain job appeal ${record.jobId}); then the refusal takes effect.`,
      };
}

function hinderedWords(
  record: JobRecord,
  { message, fix }: { message: string; fix?: string | undefined },
): StateWords {
  const advice = fix ? `${capital(fix).replace(/[.!]?$/, ".")} ` : "";
  return {
    now: `Held up: ${message}.`.replace(/\.\.$/, "."),
    next: `${advice}It is tried again by itself.${deadline(record)}`,
  };
}

function pausedWords(record: JobRecord): StateWords {
  const { step, steps } = record.facts;
  return {
    now: step === undefined ? "Paused by you." : `Paused by you at ${unit(record)} ${step} of ${steps}.`,
    next: `Resume goes on from the last checkpoint.${deadline(record)}`,
  };
}

function progress(record: JobRecord): string {
  const { facts } = record;
  if (facts.step === undefined || facts.steps === undefined) return "Training: loading the model.";
  return `Training: ${unit(record)} ${facts.step} of ${facts.steps}, loss ${facts.loss?.toFixed(4) ?? "?"}.`;
}

function unit({ facts }: JobRecord): string {
  return wordsOf(facts.kind).pass;
}

function capital(sentence: string): string {
  return sentence.slice(0, 1).toUpperCase() + sentence.slice(1);
}
