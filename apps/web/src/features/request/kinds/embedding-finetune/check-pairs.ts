import { checkRows, type RowsCheck } from "../rows.ts";

/** What a check of pairs found. */
export interface PairsCheck extends Omit<RowsCheck, "kind"> {
  kind: "embedding-finetune";
}

/** Pairs of texts are rows of a question and an answer. */
export async function checkPairs(file: File, onProgress: (share: number) => void): Promise<PairsCheck> {
  return { ...(await checkRows(file, onProgress)), kind: "embedding-finetune" };
}
