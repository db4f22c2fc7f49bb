import {
  type ImageReceipt,
  imageReceiptSchema,
  type Receipt,
  receiptSchema,
  TrainChainError,
} from "@trainchain/protocol";

/**
 * A receipt of either kind of job.
 * @throws TrainChainError `invalid-input` with the first field that is none of a receipt's
 */
export function parseReceipt(document: unknown, name = "the document"): Receipt | ImageReceipt {
  const parsed = (hasKind(document) ? imageReceiptSchema : receiptSchema).safeParse(document);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const field = issue?.path.join(".") || "the whole";
  throw new TrainChainError("invalid-input", `${name} is no receipt: ${field}: ${issue?.message}`, {
    fix: "Give the receipt.json that `trainchain job download` wrote.",
    facts: { field },
  });
}

/** Only the result of an image job names its kind. */
export function isOfImages(receipt: Receipt | ImageReceipt): receipt is ImageReceipt {
  return "kind" in receipt.result;
}

function hasKind(document: unknown): boolean {
  const { result } = Object(document) as { result?: unknown };
  return typeof result === "object" && result !== null && "kind" in result;
}
