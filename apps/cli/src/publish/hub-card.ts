import {
  type AdapterReceipt,
  describeLeftOut,
  findBaseModel,
  hubLicense,
  shippedModels,
} from "@trainchain/protocol";

/**
 * A result's model card as a hub takes it: with the base model's licence where one is known, naming no base model that
 * the hub does not have, and with what is known of the data.
 *
 * @param card README.md of the result
 */
export function hubCard(card: string, receipt: AdapterReceipt): string {
  const { model } = receipt.result;
  const [, lines = "", text = card] = /^---\n([\s\S]*?\n)---\n([\s\S]*)$/.exec(card) ?? [];
  const license = /^license:/m.test(lines) ? "" : licenseLines(model.id);
  const kept = isOfHub(model) ? lines : lines.replace(/^base_model:.*\n/m, "");
  return `---\n${kept}${license}---\n${text.trimEnd()}\n\n${dataSection(receipt)}`;
}

function licenseLines(id: string): string {
  const license = findBaseModel(shippedModels, id)?.license;
  return license ? hubLicense(license) : "";
}

/** A model that is known by what its files hold lies in a folder or comes in a package. */
function isOfHub({ id, sha256 }: AdapterReceipt["result"]["model"]): boolean {
  return sha256 === undefined && id.includes("/");
}

function dataSection({ result }: AdapterReceipt): string {
  const { contributors, evaluation, leftOut, specCid, jobId } = result;
  const rows = contributors.map((contributor) => contributor.rows);
  const trained = rows.reduce((sum, count) => sum + count, 0);
  const measured = evaluation?.measured;
  const lines = [
    `| rows trained on | ${trained}, in ${rows.length} parts: ${rows.join(", ")} |`,
    ...(evaluation ? [`| rows held out | ${evaluation.holdoutRows} |`] : []),
    ...(measured ? [`| of these measured | ${measured.rows} rows, ${measured.tokens} tokens |`] : []),
    ...(leftOut ? [`| left out | ${describeLeftOut(leftOut)} |`] : []),
    `| spec, which commits to the sealed parts | \`ipfs://${specCid}\` |`,
  ];
  return `## Data and receipt

The rows themselves are not published.

| | |
|---|---|
${lines.join("\n")}

\`receipt.json\` is what the chain and the result document say of job ${jobId}: \`npx trainchain result verify .\` in this folder holds it against the chain.
`;
}
