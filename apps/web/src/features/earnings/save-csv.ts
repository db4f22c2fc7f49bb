import type { ContributionView } from "@trainchain/protocol";

const columns = [
  "jobId",
  "escrow",
  "model",
  "jobStatus",
  "status",
  "acceptedAt",
  "deadline",
  "adapterCid",
  "paidWei",
  "pendingWei",
] as const satisfies (keyof ContributionView)[];

/** One line a contribution, with a header (RFC 4180). */
export function toCsv(contributions: readonly ContributionView[]): string {
  const lines = contributions.map((one) => columns.map((column) => quote(one[column])).join(","));
  return `${[columns.join(","), ...lines].join("\r\n")}\r\n`;
}

/** Quoted always; a leading = + - @ would be a formula in a spreadsheet, so such text gets an apostrophe. */
function quote(value: string | number | null): string {
  const text = value === null ? "" : String(value);
  return `"${text.replace(/^(?=[=+\-@\t\r])/, "'").replaceAll('"', '""')}"`;
}

/** Hands the CSV to the browser as a download. */
export function saveCsv(contributions: readonly ContributionView[]): void {
  const url = URL.createObjectURL(new Blob([toCsv(contributions)], { type: "text/csv" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = "trainchain-contributions.csv";
  link.click();
  URL.revokeObjectURL(url);
}
