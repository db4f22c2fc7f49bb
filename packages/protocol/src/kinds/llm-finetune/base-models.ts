import type { BaseModel } from "../adapters/base-model.ts";
import shipped from "./base-models.json" with { type: "json" };

/** The shipped catalogue: the roadmap's supported set, and a small one that comes without a hub. */
export const baseModels = shipped.models as readonly BaseModel[];
