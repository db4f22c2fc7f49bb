import { TrainChainError } from "@trainchain/protocol/plain";
import type { Command } from "commander";

/**
 * What was probably meant by a command that there is none of, and all that its place takes, on a line or two: a name
 * that is nearly the same, as commander finds it, or the same name elsewhere (`trainchain create` is `trainchain job
 * create`).
 *
 * @param program with all of its commands where the first word is the wrong one
 * @param message commander's own
 */
export function explainTypo(program: Command, words: readonly string[], message: string): TrainChainError {
  const { command, path, wrong } = walk(program, words);
  const takes = command.commands.map((one) => one.name());
  const alike = /\(Did you mean (?:one of )?([^,?)]+)/.exec(message)?.[1];
  const noun = command.commands.find((one) => one.commands.some((verb) => verb.name() === wrong));
  const meant = noun ? `${noun.name()} ${wrong}` : alike;
  return new TrainChainError(
    "invalid-input",
    `unknown command '${wrong}'.${meant === undefined ? "" : ` Did you mean: ${path} ${meant}?`}`,
    { fix: `\`${path}\` takes: ${takes.join(", ")}; add --help to see what each does.` },
  );
}

/**
 * Parses the line again where a mandatory option is missing that another, which there is none of, may have been meant
 * for: commander tells of what is missing first, and then names what was meant.
 *
 * @throws what parsing throws of the unknown option
 */
export function tellUnknownFirst(program: Command, words: readonly string[]): void {
  const { command } = walk(program, words);
  if (command.parseOptions([...words]).unknown.length === 0) return;
  for (const option of command.options) option.mandatory = false;
  program.parse(words, { from: "user" });
}

/** The last command of the line that there is, and the word after it. */
function walk(program: Command, words: readonly string[]) {
  let command = program;
  let path = program.name();
  for (const word of words.filter((one) => !one.startsWith("-"))) {
    const child = command.commands.find((one) => one.name() === word);
    if (!child) return { command, path, wrong: word };
    command = child;
    path += ` ${word}`;
  }
  return { command, path, wrong: "" };
}
