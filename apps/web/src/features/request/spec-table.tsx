import { type DraftView, factsOf, type JobSpec, kindOf, type TermsView } from "@trainchain/protocol";
import { Card, formatSpan, writePol } from "@trainchain/ui";
import { FactList } from "../../parts/fact-list.tsx";

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
      <FactList facts={[...linesOf(spec, memory), ...(terms ? deadlinesOf(terms) : [])]} />
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
