import type { AdapterReceipt } from "@trainchain/protocol";
import { checkChain } from "../../receipt/check-chain.ts";
import { checkResultDocument, checkShards } from "../../receipt/check-documents.ts";
import { createFindings, type Finding } from "../../receipt/findings.ts";
import type { ReceiptEvidence } from "../../receipt/receipt-evidence.ts";
import { checkMerge } from "./check-merge.ts";
import { checkReplay } from "./check-replay.ts";
import { checkReplayTerms } from "./check-replay-terms.ts";
import { checkSpec } from "./check-spec.ts";
import { checkGivenFiles, checkMergedFile } from "./given-files.ts";

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
