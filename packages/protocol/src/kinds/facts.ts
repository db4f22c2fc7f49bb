import { adapterTelling } from "./adapters/facts.ts";
import type { Fact, Telling } from "./fact.ts";
import { imageTelling } from "./image-classification/facts.ts";
import type { SpecSummary } from "./table.ts";
import type { JobKind } from "./words.ts";

const tellings: { [Name in JobKind]: Telling<Extract<SpecSummary, { kind: Name }>> } = {
  "llm-finetune": adapterTelling({ rows: "rows", longest: "Longest row" }),
  "image-classification": imageTelling,
  "embedding-finetune": adapterTelling({ rows: "pairs", longest: "Longest text" }),
};

/** What a spec asks for, as labels and values; without model, description and deadlines, which every kind has. */
export function factsOf(summary: SpecSummary): Fact[] {
  const { factsOf }: Telling<SpecSummary> = tellings[summary.kind];
  const { memory } = summary;
  return memory ? [...factsOf(summary), ["Memory", describeMemory(memory)]] : factsOf(summary);
}

function describeMemory({ gpuGb, cpuGb }: NonNullable<SpecSummary["memory"]>): string {
  return gpuGb > 0 ? `${gpuGb} GB of graphics memory, or ${cpuGb} GB without a graphics card` : `${cpuGb} GB`;
}

/** The same on one line. */
export function describeSpec(summary: SpecSummary): string {
  const { describe }: Telling<SpecSummary> = tellings[summary.kind];
  return `${summary.model.id}, ${describe(summary)}`;
}
