import type { OptionWords, Place } from "./command-tree.ts";

/**
 * A completion for bash: it knows every place of the command line by itself, so that pressing Tab starts no program.
 * zsh takes the same by its own `bashcompinit`.
 */
export function bashCompletion(places: readonly Place[]): string {
  const known = places.flatMap(({ path }) => (path ? [`    ${quoted(path)}) path=$tried ;;`] : []));
  const values = places.flatMap(({ path, options }) => options.flatMap((option) => valueCase(path, option)));
  const words = places.map(
    ({ path, commands, options }) =>
      `    ${quoted(path)}) words=${quoted([...commands, ...options.map(({ name }) => name)].join(" "))} ;;`,
  );
  return `# Completion of trainchain. In ~/.bashrc: eval "$(trainchain completion bash)"
_trainchain() {
  local current=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]}
  local path='' tried='' words='' at
  COMPREPLY=()
  for ((at = 1; at < COMP_CWORD; at++)); do
    tried="\${path:+$path }\${COMP_WORDS[at]}"
    case $tried in
${known.join("\n")}
    esac
  done
  case "$path|$before" in
${values.join("\n")}
  esac
  case $path in
${words.join("\n")}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _trainchain trainchain
`;
}

/** What is offered after an option that takes a value; without an offer, bash offers files. */
function valueCase(path: string, { name, takes }: OptionWords): string[] {
  if (takes === "nothing") return [];
  const offered =
    typeof takes === "object"
      ? `COMPREPLY=($(compgen -W ${quoted(takes.words.join(" "))} -- "$current")); `
      : "";
  return [`    ${quoted(`${path}|${name}`)}) ${offered}return ;;`];
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
