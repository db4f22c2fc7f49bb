import type { Address } from "@trainchain/protocol";
import { encodeFunctionData, type Hash } from "viem";
import { type EscrowCall, type SigningClient, sendCall } from "./escrow-call.ts";
import { aiModelTrainingV2Abi } from "./generated/ai-model-training-v2.ts";

export interface RuleAppealArgs {
  /** Address of the escrow, which is of the second version. */
  escrow: Address;
  jobId: bigint;
  contributor: Address;
  /** Whether the delivery counts after all. */
  overturned: boolean;
  /** Content id of the document that says why. */
  reasonCid: string;
}

export function encodeRuleAppeal({
  escrow,
  jobId,
  contributor,
  overturned,
  reasonCid,
}: RuleAppealArgs): EscrowCall {
  return {
    to: escrow,
    data: encodeFunctionData({
      abi: aiModelTrainingV2Abi,
      functionName: "ruleAppeal",
      args: [jobId, contributor, overturned, reasonCid],
    }),
    value: 0n,
    pays: { functionName: "ruleAppeal", contributors: 1 },
  };
}

/** Decides an appeal, within three days of it, as the job's referee. */
export function ruleAppeal(client: SigningClient, args: RuleAppealArgs): Promise<Hash> {
  return sendCall(client, encodeRuleAppeal(args));
}
