import { isDelivered, type JobView } from "@trainchain/protocol";
import { Card } from "@trainchain/ui";
import { DeliveredAdapters } from "../../kinds/adapters/delivered-adapters.tsx";

/** What the requester of a job that ended without a result has paid for. */
export default function PaidDeliveries({ job }: { job: JobView }) {
  const delivered = job.slots.filter(isDelivered);
  if (delivered.length === 0) return null;
  return (
    <Card title="What you paid for">
      <DeliveredAdapters jobId={job.jobId} contributors={delivered} />
    </Card>
  );
}
