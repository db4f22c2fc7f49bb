import { type ResultDocument, truncateAddress } from "@trainchain/protocol";

/** What the download holds, where that is not the merge. */
export function NotTheMerge({
  delivered,
  examples,
}: {
  delivered: ResultDocument["delivered"];
  /** What it was measured on, many of them. */
  examples: string;
}) {
  if (!delivered) return null;
  return (
    <p className="text-sm">
      The download holds{" "}
      {delivered.contributor
        ? `the adapter of ${truncateAddress(delivered.contributor)} alone`
        : "what the job started from"}
      : it is better than the merge on held-out {examples}, on the half by which it was chosen and on the
      other. Payments are the same.
    </p>
  );
}
