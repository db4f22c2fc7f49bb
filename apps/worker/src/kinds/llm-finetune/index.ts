import type { AdapterJobSpec, LlmJobSpec } from "@trainchain/protocol";
import type { KindWork } from "../kind-work.ts";
import { askModels } from "./ask-models.ts";
import { concludeJob, judgeJob } from "./conclude.ts";
import { llmResult } from "./llm-result.ts";
import { prepareRows } from "./prepare.ts";
import { replayTraining } from "./replay/replay-training.ts";
import { verifyAdapter } from "./verify.ts";

/** What is done for every kind of job whose contributors deliver adapters. */
export const adapterWork = {
  needsTorch: true,
  verify: verifyAdapter,
  replay: replayTraining,
  judge: judgeJob,
  isCompared: (checks) => checks.some(({ check }) => check === "not-a-copy"),
} satisfies Partial<KindWork<AdapterJobSpec>>;

export const llmFinetune: KindWork<LlmJobSpec> = {
  ...adapterWork,
  prepare: prepareRows,
  conclude: (deps, found, dir) => concludeJob(llmResult, deps, found, dir),
  answer: askModels,
};
