import { inPol } from "./in-pol.ts";
import type { ContributionView } from "./views/contributor-view.ts";

const columns: Record<string, (contribution: ContributionView) => string | number | null> = {
  job: ({ jobId }) => jobId,
  accepted_at: ({ acceptedAt }) => acceptedAt,
  model: ({ model }) => model,
  slot: ({ slot }) => slot,
  slot_status: ({ status }) => status,
  job_status: ({ jobStatus }) => jobStatus,
  paid_pol: ({ paidWei }) => paidWei && inPol(paidWei),
  pending_pol: ({ pendingWei }) => pendingWei && inPol(pendingWei),
  adapter_cid: ({ adapterCid }) => adapterCid,
  accepted_transaction: ({ transactions }) => transactions.accepted,
  submitted_transaction: ({ transactions }) => transactions.submitted,
  ended_transaction: ({ transactions }) => transactions.ended,
  deadline: ({ deadline }) => deadline,
  escrow: ({ escrow }) => escrow,
};

/** Contributions as a table for spreadsheets (RFC 4180), a line each under a header; amounts in POL, to the wei. */
export function contributionsCsv(contributions: readonly ContributionView[]): string {
  const rows = contributions.map((one) => Object.values(columns).map((of) => cell(of(one))));
  return [Object.keys(columns), ...rows].map((row) => `${row.join(",")}\r\n`).join("");
}

/** A leading =, +, - or @ would be run as a formula; model names are other people's text. */
function cell(value: string | number | null): string {
  const text = String(value ?? "").replace(/^(?=[=+\-@\t\r])/, "'");
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
