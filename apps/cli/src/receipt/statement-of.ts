import { type AnyReceipt, kindOfResult } from "@trainchain/protocol";
import type { ReceiptCheck } from "../kinds/receipt-check.ts";
import { receiptChecks } from "../kinds/receipt-checks.ts";

/** in-toto's ResourceDescriptor: something by its address or its digest. */
interface Resource {
  name: string;
  uri?: string;
  digest?: Record<string, string>;
  annotations?: Record<string, string>;
}

/** An in-toto statement (version 1) whose predicate is SLSA's provenance (version 1). */
interface Statement {
  _type: "https://in-toto.io/Statement/v1";
  subject: Resource[];
  predicateType: "https://slsa.dev/provenance/v1";
  predicate: {
    buildDefinition: {
      buildType: string;
      externalParameters: Record<string, unknown>;
      resolvedDependencies: Resource[];
    };
    runDetails: {
      builder: { id: string };
      metadata: { invocationId: string };
      byproducts: Resource[];
    };
  };
}

const ipfs = (cid: string) => `ipfs://${cid}`;

/**
 * What a receipt says of where the delivered file comes from, in the words of in-toto and SLSA. All parameters of the
 * job stand in its spec, which its CID names; the escrow's contract is named as CAIP-10 has it.
 */
export function statementOf(receipt: AnyReceipt): Statement {
  const { result, resultCid, platform, shards = [] } = receipt;
  const { jobId, chainId, escrow, specCid, bundleCid, model, contributors } = result;
  const kind = kindOfResult(result);
  const { file, sha256Of }: ReceiptCheck = receiptChecks[kind];
  const contract = `eip155:${chainId}:${escrow}`;
  return {
    _type: "https://in-toto.io/Statement/v1",
    subject: [{ name: file, digest: { sha256: sha256Of(receipt) } }],
    predicateType: "https://slsa.dev/provenance/v1",
    predicate: {
      buildDefinition: {
        buildType: "trainchain:job/v1",
        externalParameters: { kind, jobId, escrow: contract, spec: ipfs(specCid) },
        resolvedDependencies: [
          { name: "spec", uri: ipfs(specCid) },
          baseModel(model),
          ...shards.map((cid, slot) => ({ name: `sealed shard ${slot}`, uri: ipfs(cid) })),
        ],
      },
      runDetails: {
        builder: { id: platform ?? contract },
        metadata: { invocationId: `${contract}/${jobId}` },
        byproducts: [
          { name: "result document", uri: ipfs(resultCid) },
          { name: "sealed bundle", uri: ipfs(bundleCid) },
          ...contributors.map(({ slot, contributor, adapterCid, adapterSha256 }) => ({
            name: `delivery of slot ${slot}`,
            digest: { sha256: adapterSha256 },
            annotations: { contributor: `eip155:${chainId}:${contributor}`, sealed: ipfs(adapterCid) },
          })),
        ],
      },
    },
  };
}

/** A hub's model by its package URL; another by name and revision. */
export function modelUrl({ id, revision }: { id: string; revision: string }): string {
  const type = id.includes("/") ? "huggingface" : "generic";
  const path = id.split("/").map(encodeURIComponent).join("/");
  return `pkg:${type}/${path}@${encodeURIComponent(revision)}`;
}

/** By its package URL, and where it is no hub's with the fingerprint of its files. */
function baseModel(model: { id: string; revision: string; sha256?: string | undefined }): Resource {
  return {
    name: "base model",
    uri: modelUrl(model),
    ...(model.sha256 && { annotations: { fingerprint: model.sha256 } }),
  };
}
