import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { TrainChainError, takeTurns } from "@trainchain/protocol";
import { createLocalEvaluator, type Evaluator } from "@trainchain/python-env";
import { openBaseModel, trainer } from "../base-model.ts";
import { createTempFolder, removeTempFolder } from "../temp-folder.ts";
import type { Answer, Door } from "./door.ts";
import type { Chat } from "./requests.ts";
import type { Store } from "./store.ts";

/** Tokens of an answer where nobody says how many. */
const usualTokens = 512;

/** Lets finished models answer, on this machine, one question after another. */
export function createAnswers(store: Store, note: (line: string) => void): Door["answer"] {
  const inTurn = takeTurns();
  let evaluator: Evaluator | undefined;
  return (job, chat) =>
    inTurn(async () => {
      const adapter = store.resultOf(job);
      const { envDir, args } = await openBaseModel(adapter, undefined, note);
      evaluator ??= createLocalEvaluator({ envDir, scriptDir: trainer });
      const dir = await createTempFolder("chat");
      try {
        const chatFile = join(dir, "chat.json");
        await writeFile(chatFile, JSON.stringify(chat.messages), { mode: 0o600 });
        const events = await evaluator.run({
          script: "generate.py",
          args: [...args, "--adapter", adapter, "--without-base", "--chat-file", chatFile, ...bounds(chat)],
          niceness: 0,
        });
        const said = events.find((event) => event.event === "generated");
        if (!said) throw new TrainChainError("internal", "the model gave no answer");
        const { text, tokens, promptTokens = 0 } = said;
        return cut({ text, tokens, promptTokens, isCutOff: tokens >= mostTokens(chat) }, chat.stop);
      } finally {
        await removeTempFolder(dir);
      }
    });
}

function bounds(chat: Chat): string[] {
  return [
    ...["--max-new-tokens", String(mostTokens(chat))],
    // As OpenAI has it where nobody says: tokens are drawn as the model weighs them.
    ...["--temperature", String(chat.temperature ?? 1)],
    ...["--seed", String(chat.seed ?? Math.floor(Math.random() * 2 ** 32))],
  ];
}

function mostTokens({ max_completion_tokens, max_tokens }: Chat): number {
  return max_completion_tokens ?? max_tokens ?? usualTokens;
}

/** Ends an answer before the first of the words that are to end it. */
function cut(answer: Answer, stop: Chat["stop"]): Answer {
  const places = [stop ?? []].flat().flatMap((word) => {
    const at = word === "" ? -1 : answer.text.indexOf(word);
    return at < 0 ? [] : [at];
  });
  if (places.length === 0) return answer;
  return { ...answer, text: answer.text.slice(0, Math.min(...places)), isCutOff: false };
}
