import type { Command } from "commander";
import { getOfferedModel } from "../check-before-upload.ts";
import { amount, type DeadlineOptions, deadlinesOf, inPol, withDeadlines } from "../job-options.ts";
import { openFolder } from "../openai/open-folder.ts";
import { startServer } from "../openai/start-server.ts";
import { heldWeiOf } from "../openai/state.ts";
import { wholeNumber, withWallet } from "../options.ts";
import { createOutput } from "../output.ts";
import { openWalletPlatform, type PlatformOptions } from "../platform.ts";

interface Options extends PlatformOptions, DeadlineOptions {
  limit?: bigint;
  reward: bigint;
  slots: number;
  model?: string;
  host: string;
  port: number;
  dir?: string;
  newKey: boolean;
  json: boolean;
}

export function defineServe(command: Command): void {
  withWallet(command)
    .requiredOption("--openai", "as OpenAI's API: files, fine-tuning jobs, models, chat completions")
    .requiredOption("--reward <pol>", "stake of each job, in POL", amount)
    .option(
      "--limit <pol>",
      "what its jobs may stake in all, in POL; kept from start to start, and asked for at the first",
      amount,
    )
    .option("--slots <n>", "contributors of each job", wholeNumber(1, 32), 1)
    .option("--model <id>", "what is trained where a script names a model that is not offered here")
    .option("--port <n>", "port that it listens on", wholeNumber(0, 65_535), 8_787)
    .option("--host <address>", "address that it listens on", "127.0.0.1")
    .option(
      "--dir <folder>",
      "where it keeps its state (default: a folder of the wallet in ~/.trainchain/openai)",
    )
    .option("--new-key", "make another key; the one before opens nothing any more", false);
  withDeadlines(command, "contributors").action(serve);
}

/** Serves until it is told to end; what is under way goes on at the next start. */
async function serve(options: Options): Promise<void> {
  const { host, port, slots, reward: rewardWei } = options;
  const output = createOutput(options.json);
  const platform = await openWalletPlatform(options);
  const fallbackModel = options.model === undefined ? undefined : getOfferedModel(options.model, platform).id;
  const { store, newKey } = await openFolder(platform, options);
  const terms = { rewardWei, slots, deadlines: deadlinesOf(options), fallbackModel };
  const server = await startServer({ platform, store, terms, note: output.note }, { host, port });
  const { state } = store;
  const url = `http://${host}:${server.port}/v1`;
  const amounts = { limitWei: state.limitWei, stakedWei: heldWeiOf(state).toString() };
  output.result({ url, key: newKey ?? null, ...amounts }, () => [
    `export OPENAI_BASE_URL=${url}`,
    newKey === undefined
      ? "OPENAI_API_KEY is the key of the first start (another: --new-key)"
      : `export OPENAI_API_KEY=${newKey}    # shown this once`,
    `✓ ${inPol(BigInt(amounts.stakedWei))} of ${inPol(BigInt(state.limitWei))} are staked; a job takes ${inPol(rewardWei)}, and the network's fee`,
  ]);
  await new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => resolve());
  });
  await server.close();
  await store.close();
  // What waits for the platform would wait on; the records say where everything stands.
  process.exit(0);
}
