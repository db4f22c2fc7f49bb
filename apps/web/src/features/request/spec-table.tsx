import { type DraftView, factsOf, type JobSpec, kindOf, type TermsView } from "@trainchain/protocol";
import { Card, formatSpan, writePol } from "@trainchain/ui";

/** What will be public about the job. */
export function SpecTable({
  spec,
  memory,
  terms,
}: {
  spec: JobSpec;
  memory: DraftView["memory"];
  terms: TermsView | null;
}) {
  return (
    <Card title="What contributors will see">
      <dl className="grid gap-x-6 gap-y-3 text-sm sm:grid-cols-[12rem_1fr] sm:gap-y-2">
        {[...linesOf(spec, memory), ...(terms ? deadlinesOf(terms) : [])].map(([label, value]) => (
          <div key={label} className="sm:contents">
            <dt className="text-muted">{label}</dt>
            <dd className="min-w-0 break-words">{value}</dd>
          </div>
        ))}
      </dl>
    </Card>
  );
}

function linesOf(spec: JobSpec, memory: DraftView["memory"]): [string, string][] {
  const facts = factsOf({ ...kindOf(spec.kind).summarise(spec), memory });
  const titled: [string, string][] = spec.title ? [["Title", spec.title]] : [];
  return [...titled, ["Model", spec.model.id], ["Description", spec.description || "none"], ...facts];
}

function deadlinesOf(terms: TermsView): [string, string][] {
  const { acceptBy, trainingPeriod, reviewPeriod, referee, permitOnly } = terms;
  const bondWei = BigInt(terms.bondWei);
  const bond: [string, string][] =
    bondWei > 0n ? [["Bond", `${writePol(bondWei)} POL, lost by whoever misses the deadline`]] : [];
  const permits: [string, string][] = permitOnly ? [["Slots", "for wallets that you permit"]] : [];
  const appeals: [string, string][] = isSomebody(referee) ? [["Refusals are appealed to", referee]] : [];
  return [
    ["Contributors may join for", formatSpan(acceptBy - Date.now() / 1_000)],
    ["Time to train", formatSpan(trainingPeriod)],
    ["Time to verify", formatSpan(reviewPeriod)],
    ...bond,
    ...permits,
    ...appeals,
  ];
}

function isSomebody(address: string | undefined): address is string {
  return address !== undefined && !/^0x0+$/.test(address);
}
