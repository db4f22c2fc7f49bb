import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { ErrorNotice, Loading, Skeleton } from "@trainchain/ui";
import { useEffect } from "react";
import { jobQuery } from "../../api/open-queries.ts";
import { requests } from "./kinds/index.tsx";
import { storeForm } from "./stored-form.ts";

/** Where the kind that was last chosen is kept. */
export const kindKey = "trainchain-request-kind";

/** Fills the form as an earlier job was requested, and gives it to its requester to change. */
export function RunAgain({ jobId }: { jobId: string }) {
  const navigate = useNavigate();
  const { data: job, error, refetch } = useQuery(jobQuery(jobId));
  useEffect(() => {
    if (!job) return;
    const { formKey, valuesOf } = requests[job.kind];
    storeForm(kindKey, { kind: job.kind });
    storeForm(formKey, valuesOf(job));
    void navigate({ to: "/requester", search: {}, replace: true });
  }, [job, navigate]);
  if (error) return <ErrorNotice error={error} onRetry={() => void refetch()} />;
  return (
    <Loading label={`Filling the form as for job ${jobId}`}>
      <Skeleton className="h-96" />
    </Loading>
  );
}
