import type { ImageJobSpec } from "@trainchain/protocol";
import type { KindWork } from "../kind-work.ts";
import { bundleModel } from "./conclude.ts";
import { judgeModel } from "./judge-model.ts";
import { prepareImages } from "./prepare.ts";

export const imageClassification: KindWork<ImageJobSpec> = {
  needsTorch: false,
  prepare: prepareImages,
  verify: async (deps, found, delivery, dir) => (await judgeModel(deps, found, delivery, dir)).verdict,
  conclude: bundleModel,
};
