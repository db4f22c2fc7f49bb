import { type Command, InvalidArgumentError } from "commander";

/** `--json`, which every command takes. */
export function withJson(command: Command): Command {
  return command.option("--json", "print one JSON document", false);
}

/** The options of commands that ask the platform. */
export function withPlatform(command: Command): Command {
  return withJson(command)
    .option("--api <url>", "the platform (default: API_URL, else http://127.0.0.1:4000)", webAddress)
    .option("--rpc <url>", "the chain's node (default: RPC_URL, else the platform's)", webAddress);
}

/** The options of commands that sign with a wallet. */
export function withWallet(command: Command): Command {
  return withPlatform(command).option(
    "--keystore <file>",
    "encrypted wallet file, version 3 (default: the key in WALLET_PRIVATE_KEY)",
  );
}

/** An address that begins with `http://` or `https://`. */
export function webAddress(text: string): string {
  if (/^https?:$/.test(URL.parse(text)?.protocol ?? "")) return text;
  throw new InvalidArgumentError("Give an address with http:// or https:// before it.");
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
