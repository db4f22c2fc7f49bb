import { useQuery } from "@tanstack/react-query";
import type { ImageReceipt as Receipt } from "@trainchain/protocol";
import { ErrorNotice, Skeleton } from "@trainchain/ui";
import { receiptQuery } from "../../api/open-queries.ts";
import { PayoutTable } from "../../parts/payout-table.tsx";
import { ConfusionMatrix } from "./confusion-matrix.tsx";

/** How many of the held-out images the model names rightly, and who was paid. */
export function ImageReceipt({ jobId }: { jobId: string }) {
  const { data: receipt, error, refetch } = useQuery(receiptQuery<Receipt>(jobId));
  if (error) return <ErrorNotice error={error} onRetry={() => void refetch()} />;
  if (!receipt) return <Skeleton className="h-40" />;
  const { evaluation, classes, contributors } = receipt.result;
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-6">
      <p>
        <strong className="text-2xl font-semibold tabular-nums">
          {(100 * evaluation.accuracy).toFixed(1)} %
        </strong>{" "}
        of {evaluation.measured && `${evaluation.measured.rows} judged of `}
        {evaluation.holdoutRows} held-out images named rightly; always naming the most frequent class would
        reach {(100 * evaluation.chance.accuracy).toFixed(1)} %.
      </p>
      <ConfusionMatrix classes={classes} counts={evaluation.confusion} />
      <PayoutTable
        receipt={receipt}
        unit="Images"
        rows={new Map(contributors.map((one) => [one.contributor, one.rows]))}
      />
    </div>
  );
}
