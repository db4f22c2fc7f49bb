import {
  type ImageJobSpec,
  type ImageReceipt,
  imageJobSpecSchema,
  leastCorrect,
  measuredImages,
  parseJson,
} from "@trainchain/protocol";
import { sha256OfFile } from "@trainchain/storage";
import { checkChain } from "../../receipt/check-chain.ts";
import { checkResultDocument, checkShards, cidOfText } from "../../receipt/check-documents.ts";
import { createFindings, type Finding, type Findings } from "../../receipt/findings.ts";
import type { ReceiptEvidence } from "../../receipt/receipt-evidence.ts";

/** Recomputes the lines of an image job's receipt; `mergedFile` is the downloaded model.onnx. */
export async function verifyImageReceipt(
  receipt: ImageReceipt,
  evidence: ReceiptEvidence,
): Promise<Finding[]> {
  const findings = createFindings();
  await checkResultDocument(findings, receipt);
  const spec = await checkImageSpec(findings, receipt, evidence.spec);
  await checkShards(findings, spec, evidence.shards);
  await checkModelFile(findings, receipt, evidence.mergedFile);
  checkEvaluation(findings, receipt);
  await checkChain(findings, receipt, evidence.rpcUrl);
  findings.cannot("confusion", "the held-out images never leave the platform");
  findings.cannot(
    "communicationBytes",
    "the shard's size in the clear is known to platform and contributor only",
  );
  return findings.all;
}

async function checkImageSpec(
  findings: Findings,
  { result }: ImageReceipt,
  text: string | undefined,
): Promise<ImageJobSpec | undefined> {
  if (text === undefined) {
    findings.cannot("specCid", "the spec was not given: name it with --spec, or a platform with --api");
    return undefined;
  }
  findings.compare("specCid", result.specCid, await cidOfText(text));
  const parsed = imageJobSpecSchema.safeParse(parseJson(text));
  if (!parsed.success) {
    findings.differs("spec", "the given spec is not one of an image job");
    return undefined;
  }
  const spec = parsed.data;
  findings.compare("model", result.model.id, spec.model.id);
  findings.compare("classes", result.classes.join(), spec.classes.join());
  findings.compare("held-out images", result.evaluation.holdoutRows, spec.dataset.holdoutRows);
  for (const { contributor, rows } of result.contributors)
    findings.compare(`images of ${contributor}`, rows, spec.dataset.shardRows[0]);
  return spec;
}

async function checkModelFile(findings: Findings, { result }: ImageReceipt, path: string): Promise<void> {
  const what = `modelSha256 against ${path}`;
  const sha256 = await sha256OfFile(path).catch(() => undefined);
  if (sha256 === undefined) findings.cannot(what, "there is no such file");
  else findings.compare(what, result.modelSha256, sha256);
}

/** Everything that follows from the confusion matrix. */
function checkEvaluation(findings: Findings, { result }: ImageReceipt): void {
  const { confusion, correct, accuracy, chance } = result.evaluation;
  const perClass = confusion.map((row) => row.reduce((sum, count) => sum + count, 0));
  const rows = perClass.reduce((sum, count) => sum + count, 0);
  const right = confusion.reduce((sum, row, index) => sum + (row[index] ?? 0), 0);
  const share = Math.max(...perClass) / rows;
  findings.compare("images judged from the confusion", measuredImages(result.evaluation), rows);
  findings.compare("correct from the confusion", correct, right);
  findings.compare("accuracy", accuracy, right / rows);
  findings.compare("chance", chance.accuracy, share);
  findings.compare("leastCorrect", chance.leastCorrect, leastCorrect(rows, share, chance.significance));
}
