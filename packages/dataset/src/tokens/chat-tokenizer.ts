import { Template } from "@huggingface/jinja";
import { Tokenizer } from "@huggingface/tokenizers";
import type { TokenizerView } from "@trainchain/protocol";
import { TrainChainError } from "@trainchain/protocol/plain";
import type { Turn } from "../dataset-row.ts";

/** A base model's tokenizer and chat template, as the trainer uses them (trainer/chat_rows.py). */
export interface ChatTokenizer {
  /** Token ids of a text, none added. */
  encode(text: string): number[];
  /** Messages as the template writes them; with `ask`, up to where the model answers. */
  render(messages: readonly Message[], ask?: boolean): string;
  /** Ends an answer; undefined where the model names none. */
  endToken: number | undefined;
}

export type Message = Pick<Turn, "role" | "content">;

/** @throws TrainChainError `configuration-invalid` where the files are of no kind that is known here */
export function createChatTokenizer({ tokenizer, config, chatTemplate }: TokenizerView): ChatTokenizer {
  const special = specialTokensOf(config);
  const [tokens, template] = understood(() => [new Tokenizer(tokenizer, config), new Template(chatTemplate)]);
  const write = (messages: readonly Message[], ask: boolean) =>
    template.render({ ...special, messages, add_generation_prompt: ask });
  return {
    encode: (text) => tokens.encode(text, { add_special_tokens: false }).ids,
    render: (messages, ask = false) => renderAll(write, messages, ask),
    endToken: special.eos_token === undefined ? undefined : tokens.token_to_id(special.eos_token),
  };
}

function understood<Result>(read: () => Result): Result {
  try {
    return read();
  } catch (cause) {
    throw new TrainChainError("configuration-invalid", "the model's tokenizer is of no kind known here", {
      fix: "Go on without: the rows are counted when the request is prepared.",
      cause,
    });
  }
}

/** What templates know by name, such as `bos_token`; some files give it as an object with its text. */
function specialTokensOf(config: Record<string, unknown>): Partial<Record<string, string>> {
  const textOf = (value: unknown) =>
    typeof value === "string" ? value : (value as { content?: unknown } | null)?.content;
  return Object.fromEntries(
    Object.entries(config)
      .filter(([name]) => /^(bos|eos|unk|sep|pad|cls|mask)_token$/.test(name))
      .map(([name, value]) => [name, textOf(value)])
      .filter(([, text]) => typeof text === "string"),
  );
}

/** A system message that the template refuses or leaves out is put before the first user's: it is never lost. */
function renderAll(
  write: (messages: readonly Message[], ask: boolean) => string,
  messages: readonly Message[],
  ask: boolean,
): string {
  const [first, ...others] = messages;
  const system = first?.role === "system" ? first : undefined;
  let refusal: unknown;
  try {
    const text = write(messages, ask);
    if (!system || isSaid(system, text, others)) return text;
  } catch (error) {
    refusal = error;
  }
  const asked = others.findIndex(({ role }) => role === "user");
  if (!system || asked < 0)
    throw new TrainChainError(
      "dataset-invalid",
      `the model's chat template refuses a row: ${refusal instanceof Error ? refusal.message : "it takes no system message"}`,
      { fix: "Choose another model, or leave out conversations whose turns do not alternate." },
    );
  const merged = others.map((message, at) =>
    at === asked ? { ...message, content: `${system.content}\n\n${message.content}` } : message,
  );
  return renderAll(write, merged, ask);
}

/** Whether a text holds the system's words, besides as often as what others say does. */
function isSaid(system: Message, text: string, others: readonly Message[]): boolean {
  const words = system.content.trim();
  const elsewhere = others.reduce((sum, { content }) => sum + timesIn(content, words), 0);
  return timesIn(text, words) > elsewhere;
}

const timesIn = (text: string, words: string) => text.split(words).length - 1;
