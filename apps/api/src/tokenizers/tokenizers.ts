import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type BaseModel, type TokenizerView, TrainChainError } from "@trainchain/protocol";
import { embeddedModelFolder } from "@trainchain/python-env";
import { readText } from "../http/read-text.ts";

export interface TokenizerSettings {
  /** The hub that models come from. */
  hub: string;
  hubToken?: string | undefined;
  /** The Python environment, which has the embedded models; none of them can be read where absent. */
  envDir?: string | undefined;
}

/** Reads a model's tokenizer from where its weights come from, at the revision that jobs name. */
export type Tokenizers = (model: BaseModel) => Promise<TokenizerView>;

interface Reading {
  reading: Promise<TokenizerView>;
  failedAt?: number;
}

/** For so long a failure is told again without asking: a silent hub keeps every caller waiting. */
const failureMs = 60_000;

/** Each is read once and kept: they are few, and of a few megabytes. What failed is tried again after a minute. */
export function createTokenizers(settings: TokenizerSettings, now: () => number = Date.now): Tokenizers {
  const known = new Map<string, Reading>();
  return (model) => {
    const kept = known.get(model.id);
    if (kept && (kept.failedAt === undefined || now() < kept.failedAt + failureMs)) return kept.reading;
    const begun: Reading = { reading: readTokenizer(model, settings) };
    known.set(model.id, begun);
    begun.reading.catch(() => {
      begun.failedAt = now();
    });
    return begun.reading;
  };
}

/** A file's text; undefined where there is none. */
type ReadFile = (name: string) => Promise<string | undefined>;

async function readTokenizer(model: BaseModel, settings: TokenizerSettings): Promise<TokenizerView> {
  const read = readerOf(model, settings);
  const [tokenizer, config, template] = await Promise.all([
    read("tokenizer.json"),
    read("tokenizer_config.json"),
    read("chat_template.jinja"),
  ]);
  const view = tokenizer && config && viewOf(tokenizer, config, template);
  if (view) return view;
  throw new TrainChainError("not-found", `the tokenizer of ${model.id} cannot be read here`, {
    fix: "Go on without: the rows are counted when the request is prepared.",
  });
}

function viewOf(tokenizer: string, config: string, template: string | undefined): TokenizerView | undefined {
  try {
    const settings = JSON.parse(config) as Record<string, unknown>;
    const chatTemplate = template ?? defaultTemplateOf(settings.chat_template);
    return chatTemplate === undefined
      ? undefined
      : { tokenizer: JSON.parse(tokenizer) as Record<string, unknown>, config: settings, chatTemplate };
  } catch {
    return undefined;
  }
}

/** Older repositories have the template among the settings, or several by name. */
function defaultTemplateOf(given: unknown): string | undefined {
  if (typeof given === "string") return given;
  if (!Array.isArray(given)) return undefined;
  const named = given as { name?: unknown; template?: unknown }[];
  const template = named.find(({ name }) => name === "default")?.template;
  return typeof template === "string" ? template : undefined;
}

function readerOf({ id, revision, path, embedded }: BaseModel, settings: TokenizerSettings): ReadFile {
  const { hub, hubToken, envDir } = settings;
  const folder = embedded ? envDir && embeddedModelFolder(envDir, id) : path;
  if (folder) return (name) => readFile(join(folder, name), "utf8").catch(() => undefined);
  if (embedded) return async () => undefined;
  return (name) => fetchText(new URL(`${id}/resolve/${revision}/${name}`, `${hub}/`), hubToken);
}

const patienceMs = 30_000;
/** The largest of a supported model's files has 11 MB. */
const mostBytes = 64 * 1024 ** 2;

/** @throws TrainChainError `storage-unavailable` where the hub does not answer, or with anything but a file or a no */
async function fetchText(url: URL, token: string | undefined): Promise<string | undefined> {
  const unavailable = (what: string, cause?: unknown) =>
    new TrainChainError("storage-unavailable", `the hub at ${url.host} ${what}`, {
      fix: "Try again later, or go on without: the rows are counted when the request is prepared.",
      cause,
    });
  try {
    const response = await fetch(url, {
      headers: token ? { authorization: `Bearer ${token}` } : {},
      signal: AbortSignal.timeout(patienceMs),
    });
    if (response.ok) return await readText(response, mostBytes, () => new Error("larger than any tokenizer"));
    await response.body?.cancel();
    if ([401, 403, 404].includes(response.status)) return undefined;
    throw unavailable(`answered ${response.status}`);
  } catch (error) {
    throw error instanceof TrainChainError ? error : unavailable("cannot be reached", error);
  }
}
