import { fileURLToPath } from "node:url";
import { generationEventSchema } from "@trainchain/protocol";
import { runPython } from "@trainchain/python-env";

/** One question, and what base and tuned model make of it. */
export interface Answered {
  question: string;
  before: string;
  after: string;
}

/** Enough for an answer in the house style; a base model that goes on and on is cut off. */
const mostTokens = 48;

/** Has base model and downloaded adapter answer the same questions, always with the likeliest token. */
export async function askQuestions(options: {
  envDir: string;
  model: string;
  adapterDir: string;
  questions: readonly string[];
}): Promise<Answered[]> {
  const { questions } = options;
  const events = await runPython({
    dir: options.envDir,
    script: fileURLToPath(new URL("../../trainer/generate.py", import.meta.url)),
    args: [
      ...["--model", options.model, "--adapter", options.adapterDir, "--max-new-tokens", String(mostTokens)],
      ...questions.map((question) => `--prompt=${question}`),
    ],
    schema: generationEventSchema,
  });
  const textOf = (model: "base" | "tuned", prompt: number) => {
    const found = events.find(
      (event) => event.event === "generated" && event.model === model && event.prompt === prompt,
    );
    return found?.event === "generated" ? found.text + (found.tokens < mostTokens ? "" : " …") : "";
  };
  return questions.map((question, number) => ({
    question,
    before: textOf("base", number),
    after: textOf("tuned", number),
  }));
}
