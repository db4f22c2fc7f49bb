import { useQuery } from "@tanstack/react-query";
import { type EmbeddingReceipt, truncateAddress, verdictOfGain } from "@trainchain/protocol";
import { ErrorNotice, Skeleton } from "@trainchain/ui";
import { receiptQuery } from "../../api/open-queries.ts";
import { PayoutTable } from "../../parts/payout-table.tsx";
import { DeliveredAdapters } from "../adapters/delivered-adapters.tsx";
import { NotTheMerge } from "../adapters/not-the-merge.tsx";

const percent = (share: number) => `${(100 * share).toFixed(1)} %`;

/** How often base, contributors and merged encoder find the right text, and who was paid. */
export function EmbeddingReceiptView({ jobId, isRequester }: { jobId: string; isRequester: boolean }) {
  const { data: receipt, error, refetch } = useQuery(receiptQuery<EmbeddingReceipt>(jobId));
  if (error) return <ErrorNotice error={error} onRetry={() => void refetch()} />;
  if (!receipt) return <Skeleton className="h-40" />;
  const { result } = receipt;
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-6">
      <Recall result={result} />
      {isRequester && <DeliveredAdapters jobId={jobId} contributors={result.contributors} />}
      <PayoutTable
        receipt={receipt}
        unit="Pairs"
        rows={new Map(result.contributors.map((one) => [one.contributor, one.rows]))}
      />
    </div>
  );
}

function Recall({ result: { evaluation, contributors, delivered } }: Pick<EmbeddingReceipt, "result">) {
  if (!evaluation) return <p className="text-muted">This platform had no evaluator: nothing was measured.</p>;
  const { base, merged, measured, gain } = evaluation;
  const rows = [
    { name: "Base model", score: base },
    ...contributors.flatMap(({ contributor, evaluation: own }) =>
      own ? [{ name: `${truncateAddress(contributor)} alone`, score: own }] : [],
    ),
    { name: "Merged result", score: merged },
  ];
  return (
    <div className="grid gap-3">
      <p>
        <strong className="text-2xl font-semibold tabular-nums">{percent(merged.recallAt10)}</strong> of{" "}
        {measured.rows} unseen pairs have their own text among the ten nearest of all; with the base model{" "}
        {percent(base.recallAt10)}.
      </p>
      {gain && (
        <p className="text-sm text-muted">
          The difference is {percent(gain.mean)} ± {percent(gain.interval)} (95 % interval)
          {verdictOfGain(gain) === "unclear" ? ", which may be chance." : "."}
        </p>
      )}
      <table className="w-full max-w-lg text-sm">
        <thead className="text-left text-muted">
          <tr>
            <th className="py-1 font-medium">Encoder</th>
            <th className="py-1 text-right font-medium">Recall@10</th>
            <th className="py-1 text-right font-medium">Loss</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ name, score }) => (
            <tr key={name} className="border-t border-line">
              <td className="py-1">{name}</td>
              <td className="py-1 text-right tabular-nums">{percent(score.recallAt10)}</td>
              <td className="py-1 text-right tabular-nums">{score.loss.toFixed(3)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <NotTheMerge delivered={delivered} examples="pairs" />
    </div>
  );
}
