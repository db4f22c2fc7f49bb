import { styleText } from "node:util";
import { TrainChainError } from "@trainchain/protocol/plain";
import { Command } from "commander";
import packageJson from "../package.json" with { type: "json" };
import { explainTypo, tellUnknownFirst } from "./explain-typo.ts";

/** Commander itself leaves colours out where they are not wanted. */
const always = { validateStream: false };

/** `trainchain <noun> <verb>`, a file each; a noun's are loaded when the command line names it. */
const nouns: Record<string, { about: string; load: () => Promise<((noun: Command) => void)[]> }> = {
  dataset: {
    about: "check and cut instruction datasets",
    load: async () => (await import("./commands/dataset.ts")).datasetCommands,
  },
  job: {
    about: "request training and collect its result",
    load: async () => (await import("./commands/job.ts")).jobCommands,
  },
  adapter: {
    about: "check and merge LoRA adapters",
    load: async () => (await import("./commands/adapter.ts")).adapterCommands,
  },
  result: {
    about: "try a downloaded result, verify its receipt",
    load: async () => (await import("./commands/result.ts")).resultCommands,
  },
  wallet: {
    about: "keep a wallet in an encrypted file",
    load: async () => (await import("./commands/wallet.ts")).walletCommands,
  },
  notices: {
    about: "have what concerns your wallet sent to an address of yours",
    load: async () => (await import("./commands/notices.ts")).noticesCommands,
  },
  admin: {
    about: "look after the platform, from its own machine",
    load: async () => (await import("./commands/admin.ts")).adminCommands,
  },
};

/** `trainchain <verb>`, loaded in the same way. */
const verbs: Record<string, { about: string; load: () => Promise<(verb: Command) => void> }> = {
  doctor: {
    about:
      "look at processes, chain, contract, database, storage, wallet, clock, disk and Python, from the platform's machine",
    load: async () => (await import("./commands/doctor.ts")).defineDoctor,
  },
  contributor: {
    about: "do training jobs for one wallet on this machine (see: trainchain contributor --help)",
    load: async () => (await import("./commands/contributor.ts")).defineContributor,
  },
  trace: {
    about: "say which contributor was given the rows that a text holds, or that a model learned",
    load: async () => (await import("./commands/trace.ts")).defineTrace,
  },
  serve: {
    about: "let scripts that were written for OpenAI's fine-tuning train here, from your own machine",
    load: async () => (await import("./commands/serve.ts")).defineServe,
  },
  completion: {
    about: "print what makes bash, zsh or fish complete this command",
    load: async () => (await import("./commands/completion.ts")).defineCompletion,
  },
  cid: {
    about: "print a file's CID, as `ipfs add --cid-version=1` would",
    load: async () => (await import("./commands/cid.ts")).defineCid,
  },
};

/** The commands, in full where `words`, the command line's, name them. */
export async function buildProgram(words: readonly string[]): Promise<Command> {
  const program = new Command("trainchain")
    .description("TrainChain from a terminal. Exit codes: 0 done, 2 you can fix it, 75 try again, 1 a bug.")
    .version(packageJson.version)
    // What is wrong with a command line is told like any other failure: sub-commands made below inherit this.
    .configureOutput({ outputError: () => undefined })
    .configureHelp({ styleTitle: (title) => styleText("bold", title, always) })
    .exitOverride(({ code, exitCode, message }) => {
      if (exitCode === 0) process.exit(0);
      // A noun without its verb has printed its help.
      if (code === "commander.help") process.exit(2);
      if (code === "commander.unknownCommand") throw explainTypo(program, words, message);
      if (code === "commander.missingMandatoryOptionValue") tellUnknownFirst(program, words);
      const said = message.replace(/^error: /, "").replace(/\n\((Did you mean .+\?)\)$/, ". $1");
      throw new TrainChainError("invalid-input", said, {
        fix: "Add --help to see all that the command takes.",
      });
    });
  // Only all of them tell what a wrong first word may have meant.
  const first = words.find((word) => !word.startsWith("-"));
  const isWrong = first !== undefined && !(first in nouns || first in verbs || first === "help");
  for (const [noun, { about, load }] of Object.entries(nouns)) {
    const parent = program.command(noun).description(about);
    if (isWrong || words.includes(noun)) for (const add of await load()) add(parent);
  }
  for (const [verb, { about, load }] of Object.entries(verbs)) {
    const command = program.command(verb).description(about);
    if (words.includes(verb)) (await load())(command);
  }
  return program;
}

/** The commands, all in full. */
export async function buildWholeProgram(): Promise<Command> {
  return buildProgram([...Object.keys(nouns), ...Object.keys(verbs)]);
}
