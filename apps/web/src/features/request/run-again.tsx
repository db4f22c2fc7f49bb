import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { ErrorNotice, Loading, Skeleton } from "@trainchain/ui";
import { useEffect } from "react";
import { jobQuery } from "../../api/open-queries.ts";
import { useSession } from "../../session/session-context.ts";
import { requests } from "./kinds/index.tsx";
import { storeForm } from "./stored-form.ts";

/** Where the kind that was last chosen is kept. */
export const kindKey = "trainchain-request-kind";

/**
 * Fills the form as an earlier job was requested, and gives it to its requester to change. A link to anybody else's
 * changes nothing of what stands in the form.
 */
export function RunAgain({ jobId }: { jobId: string }) {
  const navigate = useNavigate();
  const { status, wallet } = useSession();
  const { data: job, error, refetch } = useQuery(jobQuery(jobId));
  useEffect(() => {
    if (!job || status === "loading") return;
    if (job.requester === wallet) {
      const { formKey, valuesOf } = requests[job.kind];
      storeForm(kindKey, { kind: job.kind });
      storeForm(formKey, valuesOf(job));
    }
    void navigate({ to: "/requester", search: {}, replace: true });
  }, [job, navigate, status, wallet]);
  if (error) return <ErrorNotice error={error} onRetry={() => void refetch()} />;
  return (
    <Loading label={`Filling the form as for job ${jobId}`}>
      <Skeleton className="h-96" />
    </Loading>
  );
}
