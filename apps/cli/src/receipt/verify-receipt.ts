import type { AdapterReceipt } from "@trainchain/protocol";
import { checkChain } from "./check-chain.ts";
import { checkResultDocument, checkShards, checkSpec } from "./check-documents.ts";
import { checkMerge } from "./check-merge.ts";
import { checkReplay } from "./check-replay.ts";
import { checkReplayTerms } from "./check-replay-terms.ts";
import { createFindings, type Finding } from "./findings.ts";
import { checkGivenFiles, checkMergedFile } from "./given-files.ts";

/** What a receipt is compared with. What is not given is told as not recomputed. */
export interface ReceiptEvidence {
  /** The downloaded adapter_model.safetensors. */
  mergedFile: string;
  /** The job's public spec, as its bytes were stored. */
  spec?: string;
  /** The sealed shards in slot order, each a CID or a file. */
  shards: string[];
  /** A folder of the contributors' adapters. */
  adapters?: string;
  /** A node of the job's chain. */
  rpcUrl?: string;
  /** Stored bytes by their CID, from a platform. */
  contentOf?: (cid: string) => Promise<ReadableStream<Uint8Array>>;
}

/** Recomputes every line of a receipt that the evidence allows, and names the lines that nobody outside can recompute. */
export async function verifyReceipt(receipt: AdapterReceipt, evidence: ReceiptEvidence): Promise<Finding[]> {
  const findings = createFindings();
  await checkResultDocument(findings, receipt);
  const spec = await checkSpec(findings, receipt, evidence.spec);
  await checkShards(findings, spec, evidence.shards);
  await checkMergedFile(findings, receipt, evidence.mergedFile);
  const adapters = await checkGivenFiles(findings, receipt, evidence);
  await checkMerge(findings, receipt, spec, adapters);
  await checkReplayTerms(findings, receipt, spec, adapters);
  checkReplay(findings, receipt, await checkChain(findings, receipt, evidence.rpcUrl));
  findings.cannot(
    "communicationBytes",
    "the shards' sizes in the clear are known to platform and contributors only",
  );
  findings.cannot("held-out losses", "the held-out rows never leave the platform");
  return findings.all;
}
