import type { AdapterJobSpec, AdapterResultDocument, BaseModel, Gain } from "@trainchain/protocol";
import type { RowLosses } from "./measure-adapters.ts";

/** What the result of merged adapters says in the way of its kind. */
export interface ResultForm<Document extends AdapterResultDocument = AdapterResultDocument> {
  read(document: unknown): Document;
  /** The same of one whose bundle is still to be written. */
  readDraft(document: unknown): Omit<Document, "bundleCid">;
  /** How a model does on held-out rows. */
  scoreOf(figures: RowLosses): NonNullable<Document["evaluation"]>["base"];
  /** From one model to another on the same rows. */
  gainOf(before: RowLosses, after: RowLosses): Gain | undefined;
  /** README.md of the bundle. */
  cardOf(
    spec: AdapterJobSpec,
    draft: Omit<Document, "bundleCid">,
    /** The catalogue. */
    models: readonly BaseModel[],
  ): string;
}
