import { join, resolve } from "node:path";
import { isEncoder } from "@trainchain/lora";
import { exportEventSchema, TrainChainError } from "@trainchain/protocol";
import { runPython } from "@trainchain/python-env";
import { type Command, InvalidArgumentError, Option } from "commander";
import { readAdapterFolder } from "../adapter-folder.ts";
import { openBaseModel, trainer } from "../base-model.ts";
import { readEnv } from "../env.ts";
import { withJson } from "../options.ts";
import { createOutput } from "../output.ts";

interface Options {
  gguf?: string | true;
  merged?: string | true;
  ollama?: string | true;
  ollamaBase?: string;
  hf?: string;
  public?: boolean;
  model?: string;
  json: boolean;
}

/** Where each form goes, below the result's folder, where nobody says otherwise. */
const forms = { gguf: "adapter.gguf", merged: "merged", ollama: "ollama" } as const;
type Form = keyof typeof forms;

export function addResultExport(parent: Command): void {
  const form = (name: Form, place: string, description: string) =>
    new Option(
      `--${name} [${place}]`,
      `${description} (default place: ${forms[name]} in the result's folder)`,
    ).conflicts(["hf", ...Object.keys(forms).filter((other) => other !== name)]);
  withJson(parent.command("export"))
    .description(
      "write the downloaded adapter as llama.cpp, vLLM, transformers or Ollama take it, or to a hub",
    )
    .argument("<dir>", "folder of a downloaded result")
    .addOption(form("gguf", "file", "the adapter alone, for llama.cpp beside the base model in GGUF"))
    .addOption(form("merged", "folder", "the whole model with the adapter in it, in safetensors"))
    .addOption(form("ollama", "folder", "a folder for `ollama create`: model and Modelfile"))
    .addOption(
      new Option(
        "--hf <owner/name>",
        "a model repository of the hub (HF_ENDPOINT), written to with HF_TOKEN",
      ).argParser(repositoryName),
    )
    .option("--public", "where --hf makes the repository, for everybody to read (default: for its owner)")
    .option("--ollama-base <name>", "build on a model that Ollama has, such as qwen2.5:1.5b")
    .option("--model <name>", "the base model, by hub id or folder (default: the one that the adapter names)")
    .action(async (dir: string, options: Options) => {
      if (options.hf !== undefined) return publish(dir, options.hf, options);
      const wanted = formOf(options);
      const given = options[wanted];
      const place = resolve(typeof given === "string" ? given : join(dir, forms[wanted]));
      const { rank, modules } = await readAdapterFolder(dir);
      const output = createOutput(options.json);
      const base = await openBaseModel(dir, options.model, output.note);
      const onOllama = options.ollamaBase === undefined ? [] : ["--ollama-base", options.ollamaBase];
      await runPython({
        dir: base.envDir,
        script: join(trainer, "export_result.py"),
        args: [...base.args, "--adapter", resolve(dir), `--${wanted}`, place, ...onOllama],
        schema: exportEventSchema,
      });
      output.result({ form: wanted, path: place, model: base.model, rank }, () => [
        `✓ ${place}`,
        ...howToRun(wanted, place, isEncoder(modules)),
      ]);
    });
}

async function publish(dir: string, repository: string, { json, public: isPublic = false }: Options) {
  const { HF_ENDPOINT: hub, HF_TOKEN: token } = readEnv();
  if (token === undefined)
    throw new TrainChainError("configuration-invalid", "HF_TOKEN is not set", {
      fix: "Set it to a token of the hub that may write to this repository.",
    });
  const output = createOutput(json);
  const { publishResult } = await import("../publish/publish-result.ts");
  const to = { repository, hub: hub.replace(/\/+$/, ""), token, isPublic, note: output.note };
  const published = await publishResult(dir, to);
  output.result({ form: "hf", repository, ...published }, () => [
    `✓ ${published.url}, commit ${published.commit}`,
  ]);
}

function repositoryName(text: string): string {
  if (/^[\w-][\w.-]*\/[\w-][\w.-]*$/.test(text)) return text;
  throw new InvalidArgumentError("expected owner/name");
}

function formOf(options: Options): Form {
  const wanted = (Object.keys(forms) as Form[]).find((name) => options[name] !== undefined);
  if (options.ollamaBase !== undefined && wanted !== "ollama")
    throw new TrainChainError("invalid-input", "--ollama-base goes with --ollama");
  if (options.public) throw new TrainChainError("invalid-input", "--public goes with --hf");
  if (wanted) return wanted;
  throw new TrainChainError("invalid-input", "no form is asked for", {
    fix: "Give one of --gguf, --merged, --ollama and --hf.",
  });
}

function howToRun(form: Form, place: string, ofEncoder: boolean): string[] {
  if (ofEncoder) return [`Use it:  SentenceTransformer(${JSON.stringify(place)})`];
  if (form === "gguf") return [`Run it:  llama-cli -m <the base model>.gguf --lora ${quoted(place)}`];
  if (form === "ollama")
    return [`Run it:  cd ${quoted(place)} && ollama create my-model && ollama run my-model`];
  return [`Run it:  vllm serve ${quoted(place)}`];
}

/** As a shell takes it. */
function quoted(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}
