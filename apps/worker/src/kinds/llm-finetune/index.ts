import type { LlmJobSpec } from "@trainchain/protocol";
import type { KindWork } from "../kind-work.ts";
import { askModels } from "./ask-models.ts";
import { concludeJob, judgeJob } from "./conclude.ts";
import { prepareRows } from "./prepare.ts";
import { replayTraining } from "./replay/replay-training.ts";
import { verifyAdapter } from "./verify.ts";

export const llmFinetune: KindWork<LlmJobSpec> = {
  needsTorch: true,
  prepare: prepareRows,
  verify: verifyAdapter,
  replay: replayTraining,
  judge: judgeJob,
  isCompared: (checks) => checks.some(({ check }) => check === "not-a-copy"),
  conclude: concludeJob,
  answer: askModels,
};
