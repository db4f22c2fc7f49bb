import type { LlmJobSpec } from "@trainchain/protocol";
import { concludeJob } from "../adapters/conclude.ts";
import { adapterWork } from "../adapters/index.ts";
import type { KindWork } from "../kind-work.ts";
import { askModels } from "./ask-models.ts";
import { llmResult } from "./llm-result.ts";
import { prepareRows } from "./prepare.ts";

export const llmFinetune: KindWork<LlmJobSpec> = {
  ...adapterWork,
  prepare: prepareRows,
  conclude: (deps, found, dir) => concludeJob(llmResult, deps, found, dir),
  answer: askModels,
};
