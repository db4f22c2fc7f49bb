import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { TrainChainError } from "@trainchain/protocol";
import { sha256OfFile } from "@trainchain/storage";
import type { Command } from "commander";
import { withJson } from "../options.ts";
import { createOutput } from "../output.ts";
import { findReceipt, readReceipt } from "../receipt/read-receipt.ts";
import { statementOf } from "../receipt/statement-of.ts";

export function addResultAttest(parent: Command): void {
  withJson(parent.command("attest"))
    .description(
      "print where a result comes from, as an in-toto statement with SLSA provenance, to be signed",
    )
    .argument("<receipt>", "receipt.json, or the folder of a downloaded result")
    .action(async (given: string) => {
      const path = await findReceipt(given);
      const statement = statementOf(await readReceipt(path));
      for (const { name, digest } of statement.subject)
        await assertIsSubject(join(dirname(path), name), digest?.sha256);
      createOutput(true).result(statement, () => []);
    });
}

/** Where the file lies beside the receipt, it must be the one that the receipt is about. */
async function assertIsSubject(file: string, sha256: string | undefined): Promise<void> {
  if (!existsSync(file) || (await sha256OfFile(file)) === sha256) return;
  throw new TrainChainError("invalid-input", `${file} is not the file that the receipt beside it is about`, {
    fix: "Download the result again, and see what `trainchain result verify` says of it.",
    facts: { sha256 },
  });
}
