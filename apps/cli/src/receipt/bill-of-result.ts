import { createHash } from "node:crypto";
import { type AnyReceipt, kindOfResult } from "@trainchain/protocol";
import type { ReceiptCheck } from "../kinds/receipt-check.ts";
import { receiptChecks } from "../kinds/receipt-checks.ts";
import { modelUrl } from "./statement-of.ts";

const property = (name: string, value: string) => ({ name: `trainchain:${name}`, value });

/**
 * What a receipt says of the delivered model as a bill of materials for machine learning (CycloneDX 1.6): the model
 * with its base model, what commits to its dataset, and how well it did. The same receipt gives the same document.
 */
export function billOfResult(receipt: AnyReceipt) {
  const { result, resultCid, platform } = receipt;
  const { jobId, chainId, escrow, specCid } = result;
  const model: { id: string; revision: string; sha256?: string | undefined } = result.model;
  const kind = kindOfResult(result);
  const { file, sha256Of, task, metricsOf }: ReceiptCheck = receiptChecks[kind];
  const contract = `eip155:${chainId}:${escrow}`;
  const base = {
    type: "machine-learning-model",
    "bom-ref": modelUrl(model),
    name: model.id,
    version: model.revision,
    purl: modelUrl(model),
    ...(model.sha256 && { properties: [property("fingerprint", model.sha256)] }),
  };
  const delivered = {
    type: "machine-learning-model",
    "bom-ref": `${contract}/${jobId}`,
    name: `trainchain-job-${jobId}`,
    version: resultCid,
    description: `${file} of job ${jobId}`,
    hashes: [{ alg: "SHA-256", content: sha256Of(receipt) }],
    externalReferences: [
      { type: "build-meta", url: `ipfs://${resultCid}`, comment: "result document" },
      { type: "build-system", url: platform ?? contract },
    ],
    pedigree: { ancestors: [base] },
    properties: [property("escrow", contract), property("job", jobId), property("kind", kind)],
    modelCard: {
      modelParameters: {
        ...{ approach: { type: "supervised" }, task },
        datasets: [datasetOf(receipt, `ipfs://${specCid}`)],
      },
      quantitativeAnalysis: { performanceMetrics: metricsOf(receipt) },
    },
  };
  return {
    ...{ bomFormat: "CycloneDX", specVersion: "1.6", version: 1 },
    metadata: { component: delivered },
    components: [base],
    dependencies: [{ ref: delivered["bom-ref"], dependsOn: [base["bom-ref"]] }, { ref: base["bom-ref"] }],
  };
}

/** The rows are sealed: what is known is how many, and what the spec commits to. */
function datasetOf({ result, shards }: AnyReceipt, spec: string) {
  const rows = result.contributors.reduce((sum, contributor) => sum + contributor.rows, 0);
  const lines = shards?.map((cid) => `${cid}\n`).join("");
  return {
    type: "dataset",
    name: "the requester's dataset, sealed",
    contents: {
      url: spec,
      properties: [
        property("rows", String(rows)),
        property("heldOutRows", String(result.evaluation?.holdoutRows ?? "unknown")),
        ...(lines === undefined
          ? []
          : [property("shardsSha256", createHash("sha256").update(lines).digest("hex"))]),
      ],
    },
    classification: "confidential",
  };
}
