import { defaultDeadlines } from "@trainchain/protocol";
import { type Command, InvalidArgumentError } from "commander";
import { formatEther, parseEther } from "viem";
import { duration } from "./options.ts";

/** How long a job waits for whom, in seconds. */
export interface DeadlineOptions {
  acceptWithin: number;
  trainingPeriod: number;
  reviewPeriod: number;
}

const usual: DeadlineOptions = {
  acceptWithin: defaultDeadlines.acceptWithinSeconds,
  trainingPeriod: defaultDeadlines.trainingPeriodSeconds,
  reviewPeriod: defaultDeadlines.reviewPeriodSeconds,
};

/** The options of commands that open or change a job; `who` may join it, "contributors" or "a contributor". */
export function withDeadlines(
  command: Command,
  who: string,
  { acceptWithin, trainingPeriod, reviewPeriod }: Partial<DeadlineOptions> = usual,
): Command {
  return command
    .option("--accept-within <time>", `how long ${who} may join`, duration, acceptWithin)
    .option("--training-period <time>", "time from acceptance to delivery", duration, trainingPeriod)
    .option("--review-period <time>", "silence after which anybody may settle", duration, reviewPeriod);
}

/** The deadlines as a request has them; of those that are not named it has none. */
export function deadlinesOf<Given extends Partial<DeadlineOptions>>(given: Given) {
  return {
    acceptWithinSeconds: given.acceptWithin as Given["acceptWithin"],
    trainingPeriodSeconds: given.trainingPeriod as Given["trainingPeriod"],
    reviewPeriodSeconds: given.reviewPeriod as Given["reviewPeriod"],
  };
}

export const permitOnlyHelp = "only wallets that `trainchain job permit` lets may take a slot";

/** POL to wei. */
export function amount(text: string): bigint {
  if (/^\d+(\.\d{1,18})?$/.test(text)) return parseEther(text);
  throw new InvalidArgumentError("Give an amount in POL, such as 0.5.");
}

/** The same the other way. */
export function inPol(wei: bigint): string {
  return `${formatEther(wei)} POL`;
}
