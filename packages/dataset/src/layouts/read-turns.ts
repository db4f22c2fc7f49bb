import type { Turn } from "../dataset-row.ts";
import type { ProblemKind } from "../problems.ts";

/** Takes what is wrong with a row: a kind, and what exactly where the kind does not say. */
export type Refuse = (kind: ProblemKind, field: string, detail?: string) => undefined;

const namesOfRoles: Record<Turn["role"], readonly string[]> = {
  system: ["system", "developer"],
  user: ["user", "human", "prompter"],
  assistant: ["assistant", "gpt", "chatgpt", "chatbot", "bot", "ai", "model"],
};
const roles = new Map(
  Object.entries(namesOfRoles).flatMap(([role, names]) =>
    names.map((name) => [name, role as Turn["role"]] as const),
  ),
);
const toolRoles = new Set(["tool", "function", "function_call", "observation", "ipython", "tool_call"]);
const toolFields = ["tool_calls", "function_call", "tool_call_id"];
/** How a message says who speaks, what is said, and whether an answer is context only. */
const speakerFields = ["role", "from", "speaker", "sender"];
const textFields = ["content", "value", "text"];
const learnedFields = ["train", "training"];
/** Fields of a message that are read, or that say nothing. */
const readFields = new Set([...speakerFields, ...textFields, ...learnedFields, "weight", ...toolFields]);
/** What a turn's parts are called where one object has question and answer. */
const namesOfParts: Record<Turn["role"], readonly string[]> = {
  system: ["system"],
  user: [...namesOfRoles.user, "input", "question", "prompt", "instruction", "query"],
  assistant: [...namesOfRoles.assistant, "output", "answer", "response", "completion"],
};

/**
 * A list of messages as turns: {"role", "content"} as OpenAI has it, {"from", "value"} as ShareGPT has it. Undefined
 * after telling why not. Fields of messages that are not read are told as left out.
 */
export function readTurns(given: unknown, field: string, refuse: Refuse): Turn[] | undefined {
  const messages = listIn(given);
  if (!Array.isArray(messages)) return refuse("not-messages", field, whatTextIs(messages));
  const turns: Turn[] = [];
  for (const message of messages) {
    const read = isUnspoken(message) ? readParts(message, field, refuse) : readTurn(message, field, refuse);
    if (!read) return undefined;
    turns.push(...(Array.isArray(read) ? read : [read]));
  }
  return turns;
}

/** A table has a list as JSON in a text. */
function listIn(given: unknown): unknown {
  if (typeof given !== "string" || !/^\s*\[/.test(given)) return given;
  try {
    return JSON.parse(given);
  } catch {
    return given;
  }
}

function whatTextIs(value: unknown): string | undefined {
  if (typeof value !== "string") return undefined;
  const isPython = /^\s*\[\s*(\{|array\()\s*'/.test(value);
  return isPython ? "it is a text as Python prints it; json.dumps writes JSON" : "it is a text";
}

/** Whether an object does not say who speaks, but may be called after it: {"human": "…", "assistant": "…"}. */
function isUnspoken(message: unknown): message is Record<string, unknown> {
  return isObject(message) && !speakerFields.some((name) => name in message);
}

/** A question with its answer in one object, as XTuner has them, or either of them. */
function readParts(message: Record<string, unknown>, field: string, refuse: Refuse): Turn[] | undefined {
  const names = Object.keys(message);
  const turns: Turn[] = [];
  for (const role of ["system", "user", "assistant"] as const) {
    const name = names.find((one) => namesOfParts[role].includes(one.trim().toLowerCase()));
    const content = name === undefined ? undefined : message[name];
    if (typeof content === "string" && (role !== "system" || content.trim() !== ""))
      turns.push({ role, content });
  }
  return turns.length > 0 ? turns : refuse("not-messages", field);
}

/** Whether a value is the list of a conversation's messages, by how the first is written. */
export function isConversation(value: unknown): boolean {
  if (!Array.isArray(value) || !isObject(value[0])) return false;
  const [first] = value;
  return [speakerFields, textFields].every((names) => names.some((name) => name in first));
}

/** Whether messages are spelt as ShareGPT does. */
export function areShareGpt(given: unknown): boolean {
  const messages = listIn(given);
  return Array.isArray(messages) && isObject(messages[0]) && "from" in messages[0];
}

function readTurn(message: unknown, field: string, refuse: Refuse): Turn | undefined {
  if (!isObject(message)) return refuse("not-messages", field);
  const given = firstOf(message, speakerFields);
  const name = typeof given === "string" ? given.trim().toLowerCase() : undefined;
  if ((name !== undefined && toolRoles.has(name)) || toolFields.some((tool) => isFilled(message[tool])))
    return refuse("tool-calls", field);
  const role = name === undefined ? undefined : roles.get(name);
  if (role === undefined) {
    if (name === undefined) return refuse("not-messages", field);
    return refuse("unknown-role", field, `"${String(given).slice(0, 40)}"`);
  }
  const content = textOf(firstOf(message, textFields), field, refuse);
  if (content === undefined) return undefined;
  for (const key in message) if (!readFields.has(key)) refuse("unknown-field", `${field}: ${key}`);
  const isLeft = message.weight === 0 || learnedFields.some((name) => message[name] === false);
  const isContext = role === "assistant" && isLeft;
  return isContext ? { role, content, weight: 0 } : { role, content };
}

function firstOf(message: Record<string, unknown>, names: readonly string[]): unknown {
  return names.map((name) => message[name]).find((value) => value !== undefined && value !== null);
}

/** A message's text: a string, or OpenAI's list of parts where all are texts. */
function textOf(content: unknown, field: string, refuse: Refuse): string | undefined {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return refuse("not-messages", field, "a message has no text");
  let text = "";
  for (const part of content) {
    if (isObject(part) && typeof part.text === "string") text += part.text;
    else return refuse(isObject(part) ? "media" : "not-messages", field);
  }
  return text;
}

/** History as Alpaca rows carry it: [question, answer] pairs, or messages. */
export function readHistory(given: unknown, field: string, refuse: Refuse): Turn[] | undefined {
  const history = listIn(given);
  if (Array.isArray(history) && history.length > 0 && history.every(isObject))
    return readTurns(history, field, refuse);
  if (!Array.isArray(history) || !history.every(isPair)) return refuse("not-history", field);
  return history.flatMap(([question, answer]): Turn[] => [
    { role: "user", content: question },
    { role: "assistant", content: answer },
  ]);
}

function isPair(value: unknown): value is [string, string] {
  return Array.isArray(value) && value.length === 2 && value.every((text) => typeof text === "string");
}

/** Whether a column says something; tools and images of rows without any are written as null, "" or an empty list. */
export function isFilled(value: unknown): boolean {
  if (value === undefined || value === null) return false;
  if (typeof value === "string") return !["", "[]", "{}", "null"].includes(value.trim());
  return Array.isArray(value) ? value.length > 0 : !isObject(value) || Object.keys(value).length > 0;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
