import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createApiClient } from "@trainchain/api-client";
import { type ImageEvaluationEvent, type ImageReceipt, TrainChainError } from "@trainchain/protocol";
import {
  type Claim,
  type Evidence,
  escrowIsEmpty,
  opens,
  resultIsTheOneOnChain,
  shareIsExact,
} from "./check-claims.ts";

export interface ImageEvidence
  extends Pick<
    Evidence,
    "apiUrl" | "escrow" | "chain" | "jobId" | "stakeWei" | "contributors" | "stranger" | "earnedWei"
  > {
  receipt: ImageReceipt;
  modelDir: string;
  counted: Extract<ImageEvaluationEvent, { event: "evaluated" }>;
}

/** Every claim that the image demo makes about itself, tested against chain, API and downloaded files. */
export async function checkImageClaims(evidence: ImageEvidence): Promise<Claim[]> {
  return [
    await shareIsExact(evidence),
    await escrowIsEmpty(evidence),
    isBetterThanChance(evidence),
    countIsFoundAgain(evidence),
    await resultIsTheOneOnChain(evidence),
    await modelIsTheOneInTheReceipt(evidence),
    await imagesArePrivate(evidence),
  ];
}

function isBetterThanChance({ counted, receipt }: ImageEvidence): Claim {
  const { leastCorrect } = receipt.result.evaluation.chance;
  return {
    claim: "the model names held-out images rightly more often than chance allows",
    holds: counted.correct >= leastCorrect,
    seen: `${counted.correct} of ${counted.rows} right, ${leastCorrect} asked`,
  };
}

function countIsFoundAgain({ counted, receipt }: ImageEvidence): Claim {
  const { confusion, correct } = receipt.result.evaluation;
  return {
    claim: "the receipt's confusion matrix is found again with the downloaded model",
    holds: JSON.stringify(counted.confusion) === JSON.stringify(confusion),
    seen: `${counted.correct} right now, ${correct} in the receipt`,
  };
}

async function modelIsTheOneInTheReceipt({ modelDir, receipt }: ImageEvidence): Promise<Claim> {
  const bytes = await readFile(join(modelDir, "model.onnx"));
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  return {
    claim: "the downloaded model is the one that the receipt names",
    holds: sha256 === receipt.result.modelSha256,
    seen: `sha256 ${sha256.slice(0, 16)}…`,
  };
}

/** A stranger gets no assignment, the contributor's key opens the training images, and storage shows no picture. */
async function imagesArePrivate({ apiUrl, jobId, contributors, stranger }: ImageEvidence): Promise<Claim> {
  const api = createApiClient({ baseUrl: apiUrl });
  await api.signIn(contributors[0]!);
  const { shard } = await api.getAssignment(jobId);
  const strangerApi = createApiClient({ baseUrl: apiUrl });
  await strangerApi.signIn(stranger);
  const refusal = await strangerApi.getAssignment(jobId).then(
    () => "an assignment",
    (error: unknown) => (error instanceof TrainChainError ? error.code : String(error)),
  );
  const stored = Buffer.from(await new Response(await strangerApi.getContent(shard.cid)).arrayBuffer());
  const signatures = ["PK\x03\x04", "\x89PNG", "\xff\xd8\xff"].filter((mark) =>
    stored.includes(mark, 0, "latin1"),
  );
  const own = await opens(strangerApi, shard.cid, shard.identity);
  return {
    claim: "a third wallet can read no image; the contributor's key opens the training images",
    // Three random bytes of a large ciphertext may spell a JPEG's beginning; an archive's or a PNG's four rarely do.
    holds: refusal === "not-found" && own && signatures.every((mark) => mark.length < 4),
    seen: `asked for an assignment: ${refusal}; its own key ${own ? "opens" : "does not open"} the shard`,
  };
}
