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

/** The options of commands that open a job; `who` may join it, "contributors" or "a contributor". */
export function withDeadlines(command: Command, who: string): Command {
  const { acceptWithinSeconds, trainingPeriodSeconds, reviewPeriodSeconds } = defaultDeadlines;
  return command
    .option("--accept-within <time>", `how long ${who} may join`, duration, acceptWithinSeconds)
    .option("--training-period <time>", "time from acceptance to delivery", duration, trainingPeriodSeconds)
    .option(
      "--review-period <time>",
      "silence after which anybody may settle",
      duration,
      reviewPeriodSeconds,
    );
}

/** The deadlines as a request has them. */
export function deadlinesOf({ acceptWithin, trainingPeriod, reviewPeriod }: DeadlineOptions) {
  return {
    acceptWithinSeconds: acceptWithin,
    trainingPeriodSeconds: trainingPeriod,
    reviewPeriodSeconds: reviewPeriod,
  };
}

/** POL to wei. */
export function amount(text: string): bigint {
  if (/^\d+(\.\d{1,18})?$/.test(text)) return parseEther(text);
  throw new InvalidArgumentError("Give an amount in POL, such as 0.5.");
}

/** The same the other way. */
export function inPol(wei: bigint): string {
  return `${formatEther(wei)} POL`;
}
