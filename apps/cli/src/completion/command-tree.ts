import type { Command, Option } from "commander";

/** One place of the command line: what may stand there, and what each option takes. */
export interface Place {
  /** The commands that lead there, joined by spaces; empty for the first. */
  path: string;
  about: string;
  /** The commands that may follow, or the words that its argument may be. */
  commands: string[];
  options: OptionWords[];
}

export interface OptionWords {
  /** As it is typed, such as `--reward`. */
  name: string;
  about: string;
  /** What its value may be: one of these words, a file or folder, or anything; a flag takes none. */
  takes: { words: string[] } | "path" | "anything" | "nothing";
}

/** How values that are files or folders begin in the help, one or many. */
const paths = new Set(["<file", "<dir", "<folder", "<path"]);

/** Every place of a command line whose commands are all loaded, the first one first. */
export function placesOf(command: Command, path = ""): Place[] {
  const choices = command.registeredArguments.flatMap(({ argChoices = [] }) => argChoices);
  const commands = [...command.commands.map((child) => child.name()), ...choices];
  const options = [
    ...command.options.filter(({ hidden }) => !hidden).map(wordsOf),
    { name: "--help", about: "display help for command", takes: "nothing" as const },
  ];
  const below = command.commands.flatMap((child) =>
    placesOf(child, path ? `${path} ${child.name()}` : child.name()),
  );
  return [{ path, about: command.description(), commands, options }, ...below];
}

function wordsOf({ long, short, flags, description, argChoices, required, optional }: Option): OptionWords {
  const value = flags.match(/<[^>.]+/)?.[0] ?? "";
  const takes = argChoices
    ? { words: argChoices }
    : paths.has(value)
      ? "path"
      : required || optional
        ? "anything"
        : "nothing";
  return { name: long ?? short ?? flags, about: description, takes };
}
