import {
  type AppSettings,
  bondPercentSchema,
  defaultMostBondPercent,
  hoursSchema,
  type JobKind,
  jobKinds,
} from "@trainchain/protocol";
import { Command, InvalidArgumentError, Option } from "commander";
import { parseEther } from "viem";

export interface AgentFlags {
  api?: string;
  rpc?: string;
  escrow?: string;
  keystore?: string;
  data?: string;
  permit: string[];
  jobs: string[];
  auto: boolean;
  minReward?: bigint;
  minPerHour?: bigint;
  kinds: JobKind[];
  hours?: AppSettings["hours"];
  maxBond: number;
  once: boolean;
  json: boolean;
  device: "auto" | "cuda" | "mps" | "cpu";
  cores?: number;
}

/** The agent's command line; `trainchain contributor` hands its arguments on to it. */
export function readFlags(argv: string[]): AgentFlags {
  return new Command("trainchain contributor")
    .description("Do training jobs for one wallet on this machine, and be paid for them.")
    .option("--api <url>", "the platform (default: API_URL)")
    .option("--rpc <url>", "the chain's node (default: RPC_URL, else the platform's)")
    .option(
      "--escrow <address>",
      "the only contract to work with (default: ESCROW_ADDRESS, else the one that the platform named first)",
    )
    .option("--keystore <file>", "encrypted wallet file, version 3 (default: the key in WALLET_PRIVATE_KEY)")
    .option(
      "--data <dir>",
      "the agent's own folder (default: TRAINCHAIN_AGENT_DIR, else ~/.trainchain/agent)",
    )
    .option("--permit <file...>", "requesters' permits for jobs that ask for one; they are kept", [])
    .option("--jobs <id...>", "take these jobs", [])
    .option("--auto", "take any job that this machine can do", false)
    .option("--min-reward <pol>", "least reward for --auto, in POL", parseAmount)
    .option(
      "--min-per-hour <pol>",
      "least that an hour of training here pays for --auto, in POL",
      parseAmount,
    )
    .addOption(
      new Option("--kinds <name...>", "kinds of job for --auto")
        .choices(jobKinds)
        .default([...jobKinds], "every kind"),
    )
    .option(
      "--hours <from-to>",
      "hours of the day in which --auto takes jobs, such as 22:00-07:00",
      parseHours,
    )
    .option(
      "--max-bond <percent>",
      "largest bond to lock, in per cent of what a delivery is paid",
      parsePercent,
      defaultMostBondPercent,
    )
    .option("--once", "end once a job is paid", false)
    .option("--json", "one JSON object a line instead of sentences", false)
    .addOption(
      new Option("--device <name>", "what to train on")
        .choices(["auto", "cuda", "mps", "cpu"])
        .default("auto"),
    )
    .option("--cores <n>", "CPU cores that training may use", parseCount)
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
    .parse(argv, { from: "user" })
    .opts<AgentFlags>();
}

function parseAmount(text: string): bigint {
  if (/^\d+(\.\d{1,18})?$/.test(text)) return parseEther(text);
  throw new InvalidArgumentError("Give an amount in POL, such as 0.5.");
}

function parseHours(text: string): AppSettings["hours"] {
  const [from, to] = text.split("-");
  const hours = hoursSchema.safeParse({ from, to });
  if (hours.success) return hours.data;
  throw new InvalidArgumentError("Give two times of day, such as 22:00-07:00.");
}

function parsePercent(text: string): number {
  const percent = bondPercentSchema.safeParse(text.trim() === "" ? Number.NaN : Number(text));
  if (percent.success) return percent.data;
  throw new InvalidArgumentError("Give per cent of what a delivery is paid, such as 10.");
}

function parseCount(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count > 0) return count;
  throw new InvalidArgumentError("Give a whole number above 0.");
}
