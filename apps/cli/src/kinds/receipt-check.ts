import type { AnyReceipt } from "@trainchain/protocol";
import type { Finding } from "../receipt/findings.ts";
import type { ReceiptEvidence } from "../receipt/receipt-evidence.ts";

/** A figure of CycloneDX's model card: what was measured, on what, and where it is known its interval of 95 %. */
export interface Metric {
  type: string;
  value: string;
  slice: string;
  confidenceInterval?: { lowerBound: string; upperBound: string };
}

/** How the receipt of one kind of job is told and computed again. */
export interface ReceiptCheck<OfKind extends AnyReceipt = AnyReceipt> {
  /** The downloaded file that the receipt is about. */
  file: string;
  /** What that file's sha256 is by the receipt. */
  sha256Of(receipt: OfKind): string;
  /** Whether the receipt is computed again from what each contributor delivered. */
  usesAdapters: boolean;
  /** What the delivered model is for, as hubs name tasks. */
  task: string;
  /** What was measured of it. */
  metricsOf(receipt: OfKind): Metric[];
  verify(receipt: OfKind, evidence: ReceiptEvidence): Promise<Finding[]>;
}
