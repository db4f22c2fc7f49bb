import { join } from "node:path";
import type { LlmJobSpec, Receipt } from "@trainchain/protocol";
import { pythonEnvDir } from "../../env.ts";
import { type Answered, askQuestions } from "../ask-questions.ts";
import { checkClaims } from "../check-claims.ts";
import type { DemoKind } from "../demo-kind.ts";
import { downloadResult } from "../download-result.ts";
import { evaluateAgain } from "../evaluate-again.ts";
import { printReport } from "../report.ts";

/** Fine-tuning a language model: several contributors, one merged adapter. */
export const llmDemo: DemoKind<{ receipt: Receipt; answers: Answered[] }> = {
  contributors: ({ contributors }) => contributors,
  model: ({ model }) => model,
  dataset: async ({ dataset }) => dataset,
  create: (api, { model, contributors, holdoutRows, rank, epochs, learningRate }, given) =>
    api.requestJob("llm-finetune", {
      ...{ ...given, model, contributors, holdoutRows, rank, epochs, learningRate },
      minContributors: contributors,
      description: "Follow short instructions.",
      maxLength: 256,
      proof: "replay",
    }),
  words: {
    preparing: "check, shuffle, split and seal the dataset",
    working: "preflight, accept, train, submit, verify, merge, complete",
  },
  describe(draft) {
    const { rows, holdoutRows, shardRows } = (draft.spec as LlmJobSpec).dataset;
    return `${rows} rows: ${holdoutRows} held out, shards of ${shardRows.join(" + ")}`;
  },
  async examine({ world, options, progress, api, jobId, draft, resultDir: adapterDir, holdoutCid }) {
    const { dataset, model, questions } = options;
    const envDir = pythonEnvDir;
    const receipt = await progress.step("download the result", () => downloadResult(api, jobId, adapterDir));
    const losses = await progress.step("load the result and each delivery in PEFT and evaluate again", () =>
      evaluateAgain({
        ...{ envDir, model, adapterDir, receipt, holdoutCid },
        spec: draft.spec as LlmJobSpec,
        storageDir: join(world.dataDir, "storage"),
        sealingSecret: world.sealingSecret,
        workDir: world.dataDir,
      }),
    );
    const answers =
      questions.length === 0
        ? []
        : await progress.step("ask base and tuned model the same questions", () =>
            askQuestions({ envDir, adapterDir, model, questions }),
          );
    return {
      own: { receipt, answers },
      checkClaims: (evidence) => checkClaims({ ...evidence, dataset, receipt, adapterDir, losses }),
    };
  },
  print: printReport,
};
