import { Argument, type Command } from "commander";
import { bashCompletion } from "../completion/bash.ts";
import { type Place, placesOf } from "../completion/command-tree.ts";
import { fishCompletion } from "../completion/fish.ts";
import { zshCompletion } from "../completion/zsh.ts";
import { printLines } from "../output.ts";

const shells: Record<string, (places: readonly Place[]) => string> = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
};

/** `trainchain completion bash`: what a shell reads to complete command lines, from the commands themselves. */
export function defineCompletion(command: Command): void {
  command
    .addArgument(new Argument("<shell>", "the shell that shall complete").choices(Object.keys(shells)))
    .addHelpText("after", '\nIn ~/.bashrc: eval "$(trainchain completion bash)"')
    .action(async (shell: string) => {
      const { buildWholeProgram } = await import("../program.ts");
      const script = shells[shell]?.(placesOf(await buildWholeProgram())) ?? "";
      printLines("stdout", script.trimEnd().split("\n"));
    });
}
