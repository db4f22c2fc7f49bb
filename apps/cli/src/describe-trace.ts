import { counted, printable } from "@trainchain/protocol";
import { describeCommitment, restsOnDataset } from "./describe-commitment.ts";
import type { findHolders } from "./find-holders.ts";
import { triedForms } from "./searchable-text.ts";

type Traced = Awaited<ReturnType<typeof findHolders>>;

/** Whom a text's rows were given to, and what that rests on; `shardsSha256` is the spec's. */
export function describeTrace({ found, shared, short, commitment }: Traced, shardsSha256: string): string[] {
  const lines = found.map(
    ({ what, contributor, shardCid, whole, answers, example }) =>
      `${what}${contributor ? `, of which ${contributor} delivered` : ""}: ${counted(whole, "whole row")}, ${counted(answers, "answer")} alone${shardCid ? `; sealed as ${shardCid}` : ""}; such as "${printable(example ?? "")}"`,
  );
  if (found.length === 0)
    lines.push(
      `No row that tells of a contributor is in the text, in none of the forms that were tried: ${triedForms}.`,
    );
  if (shared > 0)
    lines.push(`${counted(shared, "row")} found in words that stand in several parts: that accuses nobody.`);
  if (short > 0)
    lines.push(`${counted(short, "whole row")} found that anybody may have written, so short: not counted.`);
  if (found.length > 0) lines.push(restsOnDataset);
  return [...lines, ...describeCommitment(commitment, shardsSha256, found.length > 0)];
}
