import { type ApiClient, listAll } from "@trainchain/api-client";
import type { ContributionView } from "@trainchain/protocol";
import { formatEther } from "viem";

/** Every slot that the wallet ever took, the latest first. */
export function listContributions(api: ApiClient): Promise<ContributionView[]> {
  return listAll(api.listMyContributions);
}

/** The same as a table for spreadsheets (RFC 4180); amounts in POL. */
export function toCsv(contributions: ContributionView[]): string {
  const header =
    "job,accepted_at,model,slot,slot_status,job_status,paid_pol,pending_pol,adapter_cid,accepted_transaction,submitted_transaction,ended_transaction";
  const rows = contributions.map((entry) =>
    [
      entry.jobId,
      entry.acceptedAt,
      entry.model ?? "",
      entry.slot,
      entry.status,
      entry.jobStatus,
      inPol(entry.paidWei),
      inPol(entry.pendingWei),
      entry.adapterCid ?? "",
      entry.transactions.accepted ?? "",
      entry.transactions.submitted ?? "",
      entry.transactions.ended ?? "",
    ]
      .map((value) => quoted(String(value)))
      .join(","),
  );
  return `${[header, ...rows].join("\r\n")}\r\n`;
}

function inPol(wei: string | null): string {
  return wei === null ? "" : formatEther(BigInt(wei));
}

/** A leading =, +, - or @ would be run as a formula; model names are other people's text. */
function quoted(value: string): string {
  const inert = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}
