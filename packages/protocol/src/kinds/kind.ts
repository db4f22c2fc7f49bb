import type { Ability } from "../abilities.ts";
import type { HardwareNeeds } from "../hardware-needs.ts";
import type { EscrowTerms } from "../terms.ts";
import type { BaseModel } from "./adapters/base-model.ts";
import type { DraftChanges } from "./draft-changes.ts";

/** The terms that a kept request asks for, with what one of its rounds stakes. */
export interface RequestedTerms extends Pick<EscrowTerms, "minContributors" | "bondWei"> {
  contributors: number;
  acceptWithinSeconds: number;
  trainingPeriodSeconds: number;
  reviewPeriodSeconds: number;
  rewardWei: bigint;
  rounds: number;
  permitOnly: boolean;
}

/** How a contributor's machine trains jobs of a kind, and what it hands over. */
export interface KindTrainer<Spec> {
  /** In the trainer's folder. */
  script: string;
  /** Of its command line, by name; `modelPath` is what the base model is loaded by. */
  optionsOf(spec: Spec, shardCid: string, modelPath: string): Record<string, string | number>;
  /** The media type of a shard in plain. */
  shardType: string;
  /** The name that the trained file is kept under. */
  deliveredAs: string;
  /** Where the platform takes the signed submission, and what its body calls the sealed file's CID. */
  submission: { path: string; cidAs: "adapterCid" | "modelCid" };
}

/** The platform's base models, asked for only where a kind needs them. */
export type ListModels = () => Promise<readonly Pick<BaseModel, "id" | "parametersBillion">[]>;

/** Everything about a kind of job that the rest of the product asks for instead of knowing kinds. */
export interface Kind<Spec, Summary> {
  /** Reads a request as a draft keeps it. */
  termsOf(request: unknown): RequestedTerms;
  /** What of a draft's request may be changed, by its names there. */
  changeable: readonly (keyof DraftChanges)[];
  /** What a job's page shows of its spec. */
  summarise(spec: Spec): Summary;
  /** What it takes of an agent besides training. */
  asksOf(spec: Spec): readonly Ability[];
  /** What a machine needs; null where the model is not known. */
  needsOf(spec: Spec, models: readonly BaseModel[]): { gpu: HardwareNeeds; cpu: HardwareNeeds } | null;
  /** How often training on the largest shard uses a parameter of the model at the worst; null where it is not known. */
  usesOf(summary: Summary, listModels: ListModels): Promise<number | null>;
  trainer: KindTrainer<Spec>;
}
