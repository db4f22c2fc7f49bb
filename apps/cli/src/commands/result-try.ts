import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { findEmbeddedModel, generationEventSchema, modelOfSpecSchema } from "@trainchain/protocol";
import { ensureEmbeddedModel, ensureEnvironment, findLocalModel, runPython } from "@trainchain/python-env";
import type { Command } from "commander";
import { z } from "zod";
import { readAdapterFolder } from "../adapter-folder.ts";
import { readEnv } from "../env.ts";
import { positiveNumber, wholeNumber, withJson } from "../options.ts";
import { createOutput } from "../output.ts";

interface Options {
  model?: string;
  maxNewTokens: number;
  temperature?: number;
  json: boolean;
}

const trainer = fileURLToPath(new URL("../../../../trainer/", import.meta.url));
const defaultEnvDir = fileURLToPath(new URL("../../../../.trainchain_env", import.meta.url));

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
      const { baseModel } = await readAdapterFolder(dir);
      const envDir = readEnv().TRAINCHAIN_ENV_DIR ?? defaultEnvDir;
      const requirementsPath = join(trainer, "requirements.txt");
      const onProgress = ({ message }: { message: string }) => output.note(message);
      await ensureEnvironment({ dir: envDir, requirementsPath, onProgress });
      const stated = options.model === undefined ? await modelOf(dir) : undefined;
      const named = options.model ?? stated?.id ?? baseModel;
      const embedded = findEmbeddedModel(named);
      if (embedded) await ensureEmbeddedModel({ model: embedded, envDir, scriptDir: trainer, onProgress });
      const model = !embedded && stated?.sha256 ? await findOwnModel(stated) : named;
      const events = await runPython({
        dir: envDir,
        script: join(trainer, "generate.py"),
        args: [
          ...["--model", model, "--adapter", resolve(dir), `--prompt=${prompt}`],
          ...["--max-new-tokens", String(options.maxNewTokens)],
          ...(stated === undefined ? [] : ["--model-revision", stated.revision]),
          ...(options.temperature === undefined ? [] : ["--temperature", String(options.temperature)]),
        ],
        schema: generationEventSchema,
      });
      const answers = events.flatMap((event) => (event.event === "generated" ? [event] : []));
      output.result({ model, prompt, answers }, () =>
        answers.flatMap(({ model: which, text }) => [`── ${which} ──`, ...linesOf(text), ""]),
      );
    });
}

/** A model's answer keeps its lines and indents. */
function linesOf(text: string): string[] {
  return text.replaceAll("\t", "    ").split(/\r?\n/);
}

const resultSchema = z.object({ model: modelOfSpecSchema });

/** The base model that the adapter was trained on, as the result's own result.json says. */
async function modelOf(dir: string): Promise<z.infer<typeof modelOfSpecSchema> | undefined> {
  const text = await readFile(join(dir, "result.json"), "utf8").catch(() => "null");
  return resultSchema.safeParse(JSON.parse(text)).data?.model;
}

/** A model of the platform's operator, where it is the one that comes with the trainer; else --model must say where it is. */
function findOwnModel(model: z.infer<typeof modelOfSpecSchema>): Promise<string> {
  return findLocalModel(model, [join(trainer, model.id)]);
}
