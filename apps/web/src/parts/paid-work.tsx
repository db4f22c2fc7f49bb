import { type ContributorView, counted } from "@trainchain/protocol";
import { formatPol } from "@trainchain/ui";

/** What a contributor was paid, about, and by how many: "5 POL or more, by 3 requesters". */
export function PaidWork({
  of: { requesters, paidAtLeastWei },
}: {
  of: Pick<ContributorView, "requesters" | "paidAtLeastWei">;
}) {
  if (requesters === 0) return <span className="text-muted">none yet</span>;
  return (
    <>
      <span className="whitespace-nowrap tabular-nums">{formatPol(paidAtLeastWei)} POL or more</span>,{" "}
      <span className="whitespace-nowrap text-muted tabular-nums">by {counted(requesters, "requester")}</span>
    </>
  );
}
