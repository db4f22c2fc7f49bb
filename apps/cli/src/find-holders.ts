import type { AdapterJobSpec, AnyReceipt } from "@trainchain/protocol";
import { cutAgain } from "./cut-again.ts";
import { findRows } from "./find-rows.ts";
import type { Holds } from "./searchable-text.ts";
import { createTempFolder, removeTempFolder } from "./temp-folder.ts";

/**
 * Says of which parts of a job's dataset a text holds rows, and whom each was given to. The sealed shards are named
 * where they are the ones that the spec commits to.
 * @throws TrainChainError `invalid-input` where the file is not the one that the job was made of
 */
export async function findHolders(receipt: AnyReceipt, spec: AdapterJobSpec, dataset: string, holds: Holds) {
  const outDir = await createTempFolder("trace");
  try {
    const { commitment, holdout, shards } = await cutAgain(receipt, spec, { dataset, outDir });
    const parts = [holdout, ...shards];
    const { parts: told, ...untold } = await findRows(
      parts.map(({ file }) => file),
      holds,
    );
    const found = parts
      .map(({ file: _, ...part }, at) => ({ ...part, ...told[at]! }))
      .filter(({ whole, answers }) => whole + answers > 0);
    return { found, ...untold, commitment };
  } finally {
    await removeTempFolder(outDir);
  }
}
