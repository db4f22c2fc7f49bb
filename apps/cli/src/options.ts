import { defaultDeadlines } from "@trainchain/protocol";
import { type Command, InvalidArgumentError } from "commander";
import { formatEther, parseEther } from "viem";

/** `--json`, which every command takes. */
export function withJson(command: Command): Command {
  return command.option("--json", "print one JSON document", false);
}

/** The options of commands that ask the platform. */
export function withPlatform(command: Command): Command {
  return withJson(command)
    .option("--api <url>", "the platform (default: API_URL, else http://127.0.0.1:4000)")
    .option("--rpc <url>", "the chain's node (default: RPC_URL, else the platform's)");
}

/** The options of commands that sign with a wallet. */
export function withWallet(command: Command): Command {
  return withPlatform(command).option(
    "--keystore <file>",
    "encrypted wallet file, version 3 (default: the key in WALLET_PRIVATE_KEY)",
  );
}

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

/** A whole number of at least `min`. */
export function wholeNumber(min: number, max = Number.MAX_SAFE_INTEGER) {
  return (text: string): number => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`Give a whole number of at least ${min}.`);
  };
}

export function positiveNumber(text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new InvalidArgumentError("Give a number above 0.");
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

const units: Record<string, number> = { s: 1, m: 60, h: 3_600, d: 86_400 };

/** `90s`, `30m`, `12h`, `7d` or a plain number of seconds. */
export function duration(text: string): number {
  const match = /^(\d+)([smhd]?)$/.exec(text);
  if (match) return Number(match[1]) * (units[match[2] || "s"] ?? 1);
  throw new InvalidArgumentError("Give a time such as 90s, 30m, 12h or 7d.");
}

/** The number of a job. */
export function jobNumber(text: string): string {
  if (/^[1-9]\d{0,18}$/.test(text)) return text;
  throw new InvalidArgumentError("Give the number of a job.");
}
