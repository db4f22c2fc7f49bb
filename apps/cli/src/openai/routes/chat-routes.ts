import { Hono } from "hono";
import { streamSSE } from "hono/streaming";
import type { Answer, Door } from "../door.ts";
import { readBody } from "../read-body.ts";
import { chatSchema } from "../requests.ts";
import { newId, now } from "../store.ts";
import { getFinishedJob } from "./model-routes.ts";

/** POST /v1/chat/completions: a finished model answers on this machine. A stream brings the answer in one piece. */
export function chatRoutes({ store, answer }: Pick<Door, "store" | "answer">): Hono {
  return new Hono().post("/", async (c) => {
    const chat = await readBody(c, chatSchema);
    const said = await answer(getFinishedJob(store, chat.model), chat);
    const about = { id: newId("chatcmpl-"), created: now(), model: chat.model };
    const finish_reason = said.isCutOff ? "length" : "stop";
    if (!chat.stream) {
      const message = { role: "assistant", content: said.text, refusal: null };
      const choices = [{ index: 0, message, logprobs: null, finish_reason }];
      return c.json({ ...about, object: "chat.completion", choices, usage: usageOf(said) });
    }
    const object = "chat.completion.chunk";
    const chunk = (delta: object, reason: string | null) => ({
      ...{ ...about, object },
      choices: [{ index: 0, delta, logprobs: null, finish_reason: reason }],
    });
    const chunks = [
      chunk({ role: "assistant", content: said.text }, null),
      chunk({}, finish_reason),
      ...(chat.stream_options?.include_usage
        ? [{ ...about, object, choices: [], usage: usageOf(said) }]
        : []),
    ];
    return streamSSE(c, async (stream) => {
      for (const data of chunks) await stream.writeSSE({ data: JSON.stringify(data) });
      await stream.writeSSE({ data: "[DONE]" });
    });
  });
}

function usageOf({ tokens, promptTokens }: Answer) {
  return {
    prompt_tokens: promptTokens,
    completion_tokens: tokens,
    total_tokens: promptTokens + tokens,
  };
}
