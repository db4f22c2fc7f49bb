import { existsSync } from "node:fs";
import { TrainChainError } from "@trainchain/protocol";
import { sha256OfFile } from "@trainchain/storage";

/**
 * Where the delivered file lies beside a receipt, it must be the one that the receipt is about.
 *
 * @throws TrainChainError `invalid-input`
 */
export async function assertIsSubject(file: string, sha256: string | undefined): Promise<void> {
  if (!existsSync(file) || (await sha256OfFile(file)) === sha256) return;
  throw new TrainChainError("invalid-input", `${file} is not the file that the receipt beside it is about`, {
    fix: "Download the result again, and see what `trainchain result verify` says of it.",
    facts: { sha256 },
  });
}
