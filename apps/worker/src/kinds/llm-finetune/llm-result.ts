import { pairedGain, type ResultDocument, resultDocumentSchema } from "@trainchain/protocol";
import type { ResultForm } from "../adapters/result-form.ts";
import { modelCard } from "./model-card.ts";

const draftSchema = resultDocumentSchema.omit({ bundleCid: true });

export const llmResult: ResultForm<ResultDocument> = {
  read: (document) => resultDocumentSchema.parse(document),
  readDraft: (document) => draftSchema.parse(document),
  scoreOf: ({ loss, bitsPerByte }) => ({ loss, bitsPerByte }),
  gainOf: (before, after) => pairedGain(before.rowLosses, after.rowLosses),
  cardOf: modelCard,
};
