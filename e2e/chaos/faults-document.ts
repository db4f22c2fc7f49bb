import type { Fault } from "./fault.ts";
import type { Endured } from "./restarts-under-load.ts";
import type { Outcome } from "./run-job.ts";

/** What a row is about: its first two cells. */
const keyOf = (fault: string, at: string) => `| ${fault} | ${at} |`;

/** What `npm run chaos` calls the restarts under load. */
export const enduranceName = "restarts under load";
const enduranceHeading = "\n## Restarts under load\n";

/** What became of the platform when its database was restarted again and again, in a sentence. */
export function printEndured({ turns, of, ended, answers, mostRefusals, heard }: Endured): string {
  const answered = Object.entries(answers).map(([status, count]) => `${count} times with ${status}`);
  return [
    `PostgreSQL was restarted three times in a row, ${turns} of ${of} times over, while six callers asked for two lists again and again: ${ended ?? "no process ended"}.`,
    `Their calls were answered ${answered.join(" and ")}.`,
    `Once the database was back, every caller was answered after ${mostRefusals} refusals at most, a tenth of a second apart.`,
    `Of ${of} steps of a training, each reported at that moment, the two event streams told of ${heard.join(" and ")}.`,
  ].join(" ");
}

/**
 * docs/faults.md with these outcomes: a fault that was not tried this time keeps the row that it has in `before`, and
 * so does what was endured; a fault that is no more loses its row. So all faults can be tried in parts.
 */
export function printDocument(
  faults: readonly Fault[],
  outcomes: readonly Outcome[],
  before: string,
  endured = before.split(enduranceHeading)[1]?.trim() ?? "Not tried yet.",
): string {
  const rows = new Map(
    outcomes.map((outcome) => [keyOf(outcome.fault, outcome.at), printRow(outcome)] as const),
  );
  const lines = faults.flatMap(({ name, at }) => {
    const key = keyOf(name, at);
    return rows.get(key) ?? before.split("\n").filter((line) => line.startsWith(key));
  });
  return `# Faults and what became of the job

Made by \`npm run chaos -- --write\` on a whole local platform: each row is a job of its own, from its dataset to its end, with a reward of 1,000,000 wei, a fee of 5 % and one contributor, whose share is 950,000 wei. The figures are what each party gained on the chain, without gas, and what stayed in the escrow. Named faults can be tried alone (\`npm run chaos -- clocks --write\`); the other rows are then those of an earlier run. ${faults.length - lines.length === 0 ? "Every fault has been tried." : `${faults.length - lines.length} of the ${faults.length} faults have not been tried since they were written.`}

| fault | strikes when | the job was | contributor, wei | requester, wei | left in the escrow, wei | as it must be |
|---|---|---|---|---|---|---|
${lines.join("\n")}
${enduranceHeading}
${endured}
`;
}

function printRow({ fault, at, end, contributorWei, requesterWei, leftWei, ok }: Outcome): string {
  return `${keyOf(fault, at)} ${end} | ${contributorWei} | ${requesterWei} | ${leftWei} | ${ok ? "yes" : "**no**"} |`;
}
