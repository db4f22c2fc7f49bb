import { z } from "zod";
import { jobKinds } from "../kinds/words.ts";

/** Where one job stands for a contributor's agent, in the order in which a good job passes through. */
export const agentJobStates = [
  "discovered",
  "preflight",
  "accepting",
  "accepted",
  "assigned",
  "training",
  "trained",
  "sealed",
  "uploaded",
  "submitted",
  "verified",
  "paid",
  "rejected",
  "released",
  "missed",
  "unfit",
] as const;
export type AgentJobState = (typeof agentJobStates)[number];

/** States that nothing leads out of. */
export const agentEndStates: readonly AgentJobState[] = ["paid", "rejected", "released", "missed", "unfit"];

/** States in which the agent may be killed and must go on from; "discovered" is passed in no time. */
export const agentWorkStates: readonly AgentJobState[] = agentJobStates.filter(
  (state) => state !== "discovered" && !agentEndStates.includes(state),
);

const problemSchema = z.object({ code: z.string(), message: z.string(), fix: z.string().optional() });

/** What is known of a job so far; every field is written before the state that relies on it. */
export const agentJobFactsSchema = z.object({
  kind: z.enum(jobKinds).optional(),
  model: z.string().optional(),
  title: z.string().optional(),
  description: z.string().optional(),
  shareWei: z.string().optional(),
  bondWei: z.string().optional(),
  /** Seconds since 1970 from which anybody may have a delivery paid, whatever the platform does. */
  paidBy: z.number().int().optional(),
  /** What the preflight expects training to take. */
  estimatedSeconds: z.number().optional(),
  acceptTransaction: z.string().optional(),
  /** Set where the platform takes the slot, and pays the fee of that. */
  platformPays: z.literal(true).optional(),
  /** What the wallet signed for that: until when it counts (seconds since 1970), and why the platform said no since. */
  acceptance: z.object({ signedUntil: z.number().int(), refusal: z.string().optional() }).optional(),
  /** Seconds since 1970 before which no rule takes a job again that was missed, or for which the machine was unfit. */
  askAgainAt: z.number().int().optional(),
  slot: z.number().int().optional(),
  /** Seconds since 1970. */
  deadline: z.number().int().optional(),
  shard: z
    .object({ cid: z.string(), rows: z.number(), sizeBytes: z.number(), sha256: z.string() })
    .optional(),
  /** Starts of the trainer that ended in a crash since one last came further than all before it. */
  crashes: z.number().int().optional(),
  /** The furthest step or epoch that a start which crashed had come to. */
  reached: z.number().int().optional(),
  step: z.number().int().optional(),
  steps: z.number().int().optional(),
  loss: z.number().optional(),
  /** The public key that the platform opens the delivery with, so that it can be sealed while nobody answers. */
  recipient: z.string().optional(),
  adapterSha256: z.string().optional(),
  adapterCid: z.string().optional(),
  uploadId: z.string().optional(),
  /** The state of the training that is being handed over: its number, whom it is sealed to, and the upload's id. */
  stateUpload: z.object({ boundary: z.number().int(), recipient: z.string(), id: z.string() }).optional(),
  signature: z.string().optional(),
  /** Seconds since 1970 at which the relay took the submission. */
  relayedAt: z.number().int().optional(),
  /** Why the relay did not bring the submission on chain; absent while nothing is wrong with it. */
  relayError: problemSchema.optional(),
  submitTransaction: z.string().optional(),
  /** Set once the chain shows the submission, which near the deadline goes before its file. */
  onChain: z.boolean().optional(),
  /** Set where states of the training are kept, which the platform will ask for. */
  keepsStates: z.boolean().optional(),
  /** Stages of the training that the platform drew to do again, and the states between stages that it asks for. */
  replay: z
    .object({
      drawn: z.number().int(),
      segments: z.number().int(),
      asked: z.number().int(),
      sent: z.number().int(),
    })
    .optional(),
  /** Of a refusal that has not taken effect: until when it may be appealed, or the referee decides; seconds since 1970. */
  refusal: z.object({ until: z.number().int(), isAppealed: z.boolean() }).optional(),
  /** Set where it was refused, and the referee overturned that. */
  isReinstated: z.literal(true).optional(),
  reason: z.string().optional(),
  /** Set where a rule took the job, and no person. */
  byItself: z.literal(true).optional(),
  paidWei: z.string().optional(),
  /** Set while a person has stopped the work; it goes on when that person says so. */
  paused: z.boolean().optional(),
  /** Why it does not go on by itself; absent while it does. */
  problem: problemSchema.optional(),
  /** What failed last and is tried again by itself; absent while nothing is in the way. */
  hindrance: problemSchema.optional(),
});
export type AgentJobFacts = z.infer<typeof agentJobFactsSchema>;

export const agentJobRecordSchema = z.object({
  chainId: z.number().int(),
  escrow: z.string(),
  jobId: z.string(),
  state: z.enum(agentJobStates),
  facts: agentJobFactsSchema,
  /** ISO 8601. */
  updatedAt: z.string(),
});
export type AgentJobRecord = z.infer<typeof agentJobRecordSchema>;

/** Whether nothing leads on from here. */
export function agentJobHasEnded({ state }: Pick<AgentJobRecord, "state">): boolean {
  return agentEndStates.includes(state);
}

/** Whether a job stands at `state` or further along the good path. */
export function agentJobHasReached(record: Pick<AgentJobRecord, "state">, state: AgentJobState): boolean {
  return agentJobStates.indexOf(record.state) >= agentJobStates.indexOf(state);
}
