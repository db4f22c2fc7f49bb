import { useQuery } from "@tanstack/react-query";
import { Amount, ErrorNotice, formatCount, Loading, Skeleton, Stat } from "@trainchain/ui";
import { configQuery, totalsQuery } from "../../api/open-queries.ts";

/** What has happened on chain so far. */
export function LiveTotals() {
  const { data: totals, error, refetch } = useQuery(totalsQuery);
  const { data: config } = useQuery(configQuery);
  if (error && !totals)
    return <ErrorNotice title="The figures did not arrive" error={error} onRetry={() => void refetch()} />;
  if (!totals)
    return (
      <Loading label="Figures from the chain are on their way">
        <div className="grid grid-cols-2 gap-6 lg:grid-cols-4">
          {[1, 2, 3, 4].map((key) => (
            <Skeleton key={key} className="h-16" />
          ))}
        </div>
      </Loading>
    );
  return (
    <>
      <dl className="grid grid-cols-2 gap-x-6 gap-y-8 lg:grid-cols-4">
        <Stat label="Jobs completed" value={formatCount(totals.jobsCompleted)} />
        <Stat
          label="Contributors"
          value={formatCount(totals.contributors)}
          note={totals.contributorsActive > 0 && `${totals.contributorsActive} training now`}
        />
        <Stat label="Paid to contributors" value={<Amount wei={totals.paidWei} decimals={2} />} />
        <Stat label="Open jobs" value={formatCount(totals.jobsOpen)} />
      </dl>
      {config && (
        <p className="mt-6 text-sm text-muted">
          Counted from the escrow’s events on {config.chainName}, chain {config.chainId}.
        </p>
      )}
    </>
  );
}
