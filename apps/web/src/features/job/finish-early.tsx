import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { JobView } from "@trainchain/protocol";
import { findEarlyFinish } from "@trainchain/requester";
import { Amount, Button, Card, Dialog, ErrorNotice } from "@trainchain/ui";
import { useState } from "react";
import { api } from "../../api/api.ts";
import { jobQuery } from "../../api/open-queries.ts";

/** For the requester of a job that has its minimum: to end it now rather than wait for others to join. */
export default function FinishEarly({ job }: { job: JobView }) {
  const { jobId } = job;
  const queryClient = useQueryClient();
  const [asking, setAsking] = useState(false);
  const finish = useMutation({
    mutationFn: () => api.finishJob(jobId),
    async onSuccess() {
      setAsking(false);
      await queryClient.invalidateQueries({ queryKey: jobQuery(jobId).queryKey });
    },
  });
  const offer = findEarlyFinish(job, Math.floor(Date.now() / 1_000));
  if (!offer) return null;
  const finishNow = `Finish now with ${offer.deliveries} of ${offer.places}`;
  const comesBack = <Amount wei={offer.refundWei} decimals={6} />;
  return (
    <Card title="Enough is delivered">
      <div className="flex flex-wrap items-center justify-between gap-4">
        <p className="max-w-prose text-muted">
          You need not wait for others to join. If you finish now, {comesBack} of your stake come back to you.
        </p>
        <Button variant="secondary" onClick={() => setAsking(true)}>
          {finishNow}
        </Button>
      </div>
      <Dialog
        open={asking}
        onClose={() => setAsking(false)}
        title={`${finishNow}?`}
        description="The result is made of what is delivered; the parts of the data that nobody took are not learned. This cannot be taken back."
      >
        <div className="grid gap-4">
          <p>
            You pay what was delivered and the platform fee. {comesBack} come back to your wallet when the job
            is completed.
          </p>
          {finish.error && <ErrorNotice error={finish.error} />}
          <div className="flex flex-wrap gap-3">
            <Button busy={finish.isPending} onClick={() => finish.mutate()}>
              Finish now
            </Button>
            <Button variant="secondary" onClick={() => setAsking(false)}>
              Wait for others
            </Button>
          </div>
        </div>
      </Dialog>
    </Card>
  );
}
