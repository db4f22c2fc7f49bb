import { useQuery } from "@tanstack/react-query";
import { type JobView, truncateAddress } from "@trainchain/protocol";
import { buttonClasses, Card, DownloadIcon, ErrorNotice, Skeleton } from "@trainchain/ui";
import { apiUrl } from "../../api/api-url.ts";
import { imageReceiptQuery, receiptQuery } from "../../api/open-queries.ts";
import { ConfusionMatrix } from "./confusion-matrix.tsx";
import { LossBars } from "./loss-bars.tsx";
import { PayoutTable } from "./payout-table.tsx";

/** What came of the job: how good it is, who was paid, and the bundle for its requester. */
export function ReceiptSection({ job, isRequester }: { job: JobView; isRequester: boolean }) {
  return (
    <Card
      title="Result"
      actions={
        <div className="flex flex-wrap gap-2">
          <a
            href={`${apiUrl}/jobs/${job.jobId}/receipt`}
            download="receipt.json"
            className={buttonClasses("secondary", "small")}
          >
            Save receipt
          </a>
          {isRequester && (
            <a
              href={`${apiUrl}/jobs/${job.jobId}/result`}
              download
              className={buttonClasses("primary", "small")}
            >
              <DownloadIcon />
              Download the bundle
            </a>
          )}
        </div>
      }
    >
      {job.kind === "llm-finetune" ? <LlmReceipt jobId={job.jobId} /> : <ImageReceipt jobId={job.jobId} />}
      <p className="mt-5 text-sm text-muted">
        Anybody can check this receipt: <code>trainchain result verify receipt.json</code> recomputes{" "}
        {job.kind === "llm-finetune" ? "the merge" : "the figures"}, the CIDs and every payment, and says what
        it cannot.
      </p>
    </Card>
  );
}

function LlmReceipt({ jobId }: { jobId: string }) {
  const { data: receipt, error, refetch } = useQuery(receiptQuery(jobId));
  if (error) return <ErrorNotice error={error} onRetry={() => void refetch()} />;
  if (!receipt) return <Skeleton className="h-40" />;
  const { result } = receipt;
  const { evaluation, delivered } = result;
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-6">
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
      {delivered && (
        <p className="text-sm">
          The download holds{" "}
          {delivered.contributor
            ? `the adapter of ${truncateAddress(delivered.contributor)} alone`
            : "what the job started from"}
          : it is better than the merge on held-out rows, on the half by which it was chosen and on the other.
          Payments are the same.
        </p>
      )}
      <PayoutTable
        receipt={receipt}
        unit="Rows"
        rows={new Map(result.contributors.map((one) => [one.contributor, one.rows]))}
      />
    </div>
  );
}

function ImageReceipt({ jobId }: { jobId: string }) {
  const { data: receipt, error, refetch } = useQuery(imageReceiptQuery(jobId));
  if (error) return <ErrorNotice error={error} onRetry={() => void refetch()} />;
  if (!receipt) return <Skeleton className="h-40" />;
  const { evaluation, classes, contributors } = receipt.result;
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-6">
      <p>
        <strong className="text-2xl font-semibold tabular-nums">
          {(100 * evaluation.accuracy).toFixed(1)} %
        </strong>{" "}
        of {evaluation.holdoutRows} hidden images named rightly; always naming the most frequent class would
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
