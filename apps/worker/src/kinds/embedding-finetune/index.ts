import type { EmbeddingJobSpec } from "@trainchain/protocol";
import { concludeJob } from "../adapters/conclude.ts";
import { adapterWork } from "../adapters/index.ts";
import type { KindWork } from "../kind-work.ts";
import { embeddingResult } from "./embedding-result.ts";
import { preparePairs } from "./prepare.ts";

export const embeddingFinetune: KindWork<EmbeddingJobSpec> = {
  ...adapterWork,
  prepare: preparePairs,
  conclude: (deps, found, dir) => concludeJob(embeddingResult, deps, found, dir),
};
