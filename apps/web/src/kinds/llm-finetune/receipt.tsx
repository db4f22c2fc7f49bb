import { useQuery } from "@tanstack/react-query";
import { type Receipt, truncateAddress } from "@trainchain/protocol";
import { ErrorNotice, Skeleton } from "@trainchain/ui";
import { receiptQuery } from "../../api/open-queries.ts";
import { PayoutTable } from "../../parts/payout-table.tsx";
import { DeliveredAdapters } from "../adapters/delivered-adapters.tsx";
import { NotTheMerge } from "../adapters/not-the-merge.tsx";
import { LossBars } from "./loss-bars.tsx";
import { Verdict } from "./verdict.tsx";

/** How well base, contributors and merged adapter do on the held-out rows, and who was paid. */
export function LlmReceipt({ jobId, isRequester }: { jobId: string; isRequester: boolean }) {
  const { data: receipt, error, refetch } = useQuery(receiptQuery<Receipt>(jobId));
  if (error) return <ErrorNotice error={error} onRetry={() => void refetch()} />;
  if (!receipt) return <Skeleton className="h-40" />;
  const { result } = receipt;
  const { evaluation, delivered } = result;
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-6">
      <Verdict result={result} />
      {evaluation ? (
        <LossBars
          holdoutRows={evaluation.measured?.rows ?? evaluation.holdoutRows}
          bars={[
            { name: "Base model", loss: evaluation.base.loss },
            ...(evaluation.start ? [{ name: "Start of the round", loss: evaluation.start.loss }] : []),
            ...result.contributors.flatMap(({ contributor, evaluation: own }) =>
              own
                ? [
                    {
                      name: `${truncateAddress(contributor)} alone`,
                      loss: own.loss,
                      isResult: delivered !== undefined && contributor === delivered.contributor,
                    },
                  ]
                : [],
            ),
            ...(evaluation.fedavg ? [{ name: "Factors averaged apart", loss: evaluation.fedavg.loss }] : []),
            { name: "Merged result", loss: evaluation.merged.loss, isResult: delivered === undefined },
          ]}
        />
      ) : (
        <p className="text-muted">This platform had no evaluator: held-out losses were not measured.</p>
      )}
      <p className="text-sm text-muted">
        Merged by {result.method} to rank {result.rank}; {(100 * result.relativeError).toFixed(2)} % of the
        exact mean update's square is left out.
      </p>
      <NotTheMerge delivered={delivered} examples="rows" />
      {isRequester && <DeliveredAdapters jobId={jobId} contributors={result.contributors} />}
      <PayoutTable
        receipt={receipt}
        unit="Rows"
        rows={new Map(result.contributors.map((one) => [one.contributor, one.rows]))}
      />
    </div>
  );
}
