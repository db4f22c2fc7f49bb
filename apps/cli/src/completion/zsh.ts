import { bashCompletion } from "./bash.ts";
import type { Place } from "./command-tree.ts";

/** A completion for zsh, which takes bash's by its own means. */
export function zshCompletion(places: readonly Place[]): string {
  const [, ...script] = bashCompletion(places).split("\n");
  return `# Completion of trainchain. In ~/.zshrc, after compinit: eval "$(trainchain completion zsh)"
autoload -U +X bashcompinit && bashcompinit
${script.join("\n")}`;
}
