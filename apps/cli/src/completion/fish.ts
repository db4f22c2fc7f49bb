import type { OptionWords, Place } from "./command-tree.ts";

/** A completion for fish: a line for each word that may stand at a place. */
export function fishCompletion(places: readonly Place[]): string {
  const abouts = new Map(places.map(({ path, about }) => [path, about]));
  const lines = places.flatMap(({ path, commands, options }) => [
    ...commands.map((name) => {
      const about = abouts.get(path ? `${path} ${name}` : name) ?? "";
      return `${at(path)} -f -a ${quoted(name)} -d ${quoted(about)}`;
    }),
    ...options.map(
      (option) => `${at(path)} -l ${option.name.slice(2)}${takenBy(option)} -d ${quoted(option.about)}`,
    ),
  ]);
  const known = places.flatMap(({ path }) => (path ? [quoted(path)] : []));
  return `# Completion of trainchain. In ~/.config/fish/config.fish: trainchain completion fish | source
function __trainchain_at --description 'Whether the command line has come to this place'
  set -l known ${known.join(" ")}
  set -l path ''
  for word in (commandline -opc)[2..]
    set -l tried (string trim -- "$path $word")
    contains -- "$tried" $known; and set path "$tried"
  end
  test "$path" = "$argv[1]"
end
${lines.join("\n")}
`;
}

function at(path: string): string {
  return `complete -c trainchain -n ${quoted(`__trainchain_at ${quoted(path)}`)}`;
}

function takenBy({ takes }: OptionWords): string {
  if (takes === "nothing") return " -f";
  if (takes === "path") return " -r -F";
  return typeof takes === "object" ? ` -x -a ${quoted(takes.words.join(" "))}` : " -x";
}

function quoted(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}
