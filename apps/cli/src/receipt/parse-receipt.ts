import {
  type AnyReceipt,
  firstKind,
  type JobKind,
  jobKinds,
  receiptSchemas,
  TrainChainError,
} from "@trainchain/protocol";

/**
 * A receipt of a job of any kind.
 * @throws TrainChainError `invalid-input` with the first field that is none of a receipt's
 */
export function parseReceipt(document: unknown, name = "the document"): AnyReceipt {
  const parsed = receiptSchemas[kindIn(document)].safeParse(document);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const field = issue?.path.join(".") || "the whole";
  throw new TrainChainError("invalid-input", `${name} is no receipt: ${field}: ${issue?.message}`, {
    fix: "Give the receipt.json that `trainchain job download` wrote.",
    facts: { field },
  });
}

function kindIn(document: unknown): JobKind {
  const { result } = Object(document) as { result?: unknown };
  const { kind } = Object(result) as { kind?: unknown };
  return jobKinds.find((known) => known === kind) ?? firstKind;
}
