import { dirname, join } from "node:path";
import { type Command, Option } from "commander";
import { withJson } from "../options.ts";
import { createOutput } from "../output.ts";
import { assertIsSubject } from "../receipt/assert-is-subject.ts";
import { billOfResult } from "../receipt/bill-of-result.ts";
import { findReceipt, readReceipt } from "../receipt/read-receipt.ts";
import { statementOf } from "../receipt/statement-of.ts";

export function addResultAttest(parent: Command): void {
  withJson(parent.command("attest"))
    .description(
      "print where a result comes from: as an in-toto statement with SLSA provenance, to be signed, or as a bill of materials",
    )
    .argument("<receipt>", "receipt.json, or the folder of a downloaded result")
    .addOption(
      new Option("--as <form>", "in-toto's statement, or CycloneDX's ML-BOM")
        .choices(["in-toto", "cyclonedx"])
        .default("in-toto"),
    )
    .action(async (given: string, { as: form }: { as: "in-toto" | "cyclonedx" }) => {
      const path = await findReceipt(given);
      const receipt = await readReceipt(path);
      const statement = statementOf(receipt);
      for (const { name, digest } of statement.subject)
        await assertIsSubject(join(dirname(path), name), digest?.sha256);
      createOutput(true).result(form === "cyclonedx" ? billOfResult(receipt) : statement, () => []);
    });
}
