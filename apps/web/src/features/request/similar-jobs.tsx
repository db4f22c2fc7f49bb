import { useQuery } from "@tanstack/react-query";
import type { JobKind } from "@trainchain/protocol";
import { paidJobsQuery } from "../../api/open-queries.ts";
import { priceOf } from "./price-of.ts";

/** What jobs of the same kind, and of the same model where there are enough, paid a contributor lately. */
export function SimilarJobs({ kind, modelId }: { kind: JobKind; modelId: string }) {
  const { data: jobs } = useQuery(paidJobsQuery(kind));
  const text = jobs && priceOf(jobs, modelId);
  return text ? <p className="text-sm text-muted">{text}</p> : null;
}
