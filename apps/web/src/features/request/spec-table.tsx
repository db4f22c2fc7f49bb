import type { JobSpec, TermsView } from "@trainchain/protocol";
import { Card, formatCount, formatSpan } from "@trainchain/ui";

/** What will be public about the job. */
export function SpecTable({ spec, terms }: { spec: JobSpec; terms: TermsView | null }) {
  return (
    <Card title="What contributors will see">
      <dl className="grid gap-x-6 gap-y-3 text-sm sm:grid-cols-[12rem_1fr] sm:gap-y-2">
        {[...linesOf(spec), ...(terms ? deadlinesOf(terms) : [])].map(([label, value]) => (
          <div key={label} className="sm:contents">
            <dt className="text-muted">{label}</dt>
            <dd className="min-w-0 break-words">{value}</dd>
          </div>
        ))}
      </dl>
    </Card>
  );
}

function linesOf(spec: JobSpec): [string, string][] {
  const { dataset, training } = spec;
  const rows: [string, string][] =
    spec.kind === "llm-finetune"
      ? [
          ["Adapter", `LoRA, rank ${spec.lora.rank}, alpha ${spec.lora.alpha}, all linear layers`],
          ["Training", `${training.epochs} epochs, rows of at most ${spec.training.maxLength} tokens`],
          [
            "Rows",
            `${formatCount(dataset.rows)} in all, ${formatCount(dataset.holdoutRows)} of them kept back`,
          ],
          ["Shards", dataset.shardRows.map(formatCount).join(" + ")],
        ]
      : [
          ["Training", `${training.epochs} epochs, ${spec.training.imgsz} pixels a side`],
          [
            "Images",
            `${formatCount(dataset.rows)} in all, ${formatCount(dataset.holdoutRows)} of them kept back`,
          ],
          ["Classes", spec.classes.join(", ")],
          ["Format", spec.exportFormat === "onnx" ? "ONNX" : `ONNX and ${spec.exportFormat}`],
        ];
  return [["Model", spec.model.id], ["Description", spec.description || "none"], ...rows];
}

function deadlinesOf({ acceptBy, trainingPeriod, reviewPeriod }: TermsView): [string, string][] {
  return [
    ["Contributors may join for", formatSpan(acceptBy - Date.now() / 1_000)],
    ["Time to train", formatSpan(trainingPeriod)],
    ["Time to verify", formatSpan(reviewPeriod)],
  ];
}
