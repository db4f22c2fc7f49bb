import { join, resolve } from "node:path";
import { generationEventSchema } from "@trainchain/protocol";
import { runPython } from "@trainchain/python-env";
import type { Command } from "commander";
import { openBaseModel, trainer } from "../base-model.ts";
import { positiveNumber, wholeNumber, withJson } from "../options.ts";
import { createOutput } from "../output.ts";

interface Options {
  model?: string;
  maxNewTokens: number;
  temperature?: number;
  json: boolean;
}

export function addResultTry(parent: Command): void {
  withJson(parent.command("try"))
    .description("answer a prompt with the base model and with the downloaded adapter, side by side")
    .argument("<dir>", "folder of a downloaded result")
    .argument("<prompt>")
    .option("--model <name>", "the base model, by hub id or folder (default: the one that the adapter names)")
    .option("--max-new-tokens <n>", "length of an answer at most", wholeNumber(1, 4096), 200)
    .option("--temperature <t>", "draw tokens (default: always the likeliest)", positiveNumber)
    .action(async (dir: string, prompt: string, options: Options) => {
      const output = createOutput(options.json);
      const base = await openBaseModel(dir, options.model, output.note);
      const events = await runPython({
        dir: base.envDir,
        script: join(trainer, "generate.py"),
        args: [
          ...[...base.args, "--adapter", resolve(dir), `--prompt=${prompt}`],
          ...["--max-new-tokens", String(options.maxNewTokens)],
          ...(options.temperature === undefined ? [] : ["--temperature", String(options.temperature)]),
        ],
        schema: generationEventSchema,
      });
      const answers = events.flatMap((event) => (event.event === "generated" ? [event] : []));
      output.result({ model: base.model, prompt, answers }, () =>
        answers.flatMap(({ model: which, text }) => [`── ${which} ──`, ...linesOf(text), ""]),
      );
    });
}

/** A model's answer keeps its lines and indents. */
function linesOf(text: string): string[] {
  return text.replaceAll("\t", "    ").split(/\r?\n/);
}
