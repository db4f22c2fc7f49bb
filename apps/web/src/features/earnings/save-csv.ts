import { type ContributionView, contributionsCsv } from "@trainchain/protocol";

/** Hands the table of contributions to the browser as a download. */
export function saveCsv(contributions: readonly ContributionView[]): void {
  const url = URL.createObjectURL(new Blob([contributionsCsv(contributions)], { type: "text/csv" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = "trainchain-contributions.csv";
  link.click();
  URL.revokeObjectURL(url);
}
