import { useQuery } from "@tanstack/react-query";
import type { AgentJobView, TrainingPoint } from "@trainchain/protocol";
import { Card, formatSpan, LineChart, Progress, Stat } from "@trainchain/ui";
import { useLive } from "../../agent/live-state.ts";
import { pointsQuery } from "../../agent/queries.ts";
import { formatPercent } from "../../shell/format.ts";

/** The training as it goes: curve, step, speed, time left, and what it uses. */
export function TrainingCard({ job }: { job: AgentJobView }) {
  const { jobId, state } = job.record;
  const points = usePoints(jobId);
  const last = points.at(-1);
  const isTraining = state === "training" && job.place === 0;
  if (!last)
    return (
      <Card title="Training">
        <p className="text-sm text-muted">
          {isTraining ? "Loading the model; the first step follows." : "No step has been trained yet."}
        </p>
      </Card>
    );
  const unit = last.unit === "epoch" ? "images/s" : "tokens/s";
  return (
    <Card title="Training">
      <div className="grid gap-5">
        <dl className="grid grid-cols-2 gap-4 sm:grid-cols-4">
          <Stat
            label={last.unit === "epoch" ? "Epoch" : "Step"}
            value={`${last.step} / ${last.steps}`}
            note={formatPercent(last.step / last.steps)}
          />
          <Stat label="Loss" value={last.loss.toFixed(3)} note={`from ${points[0]?.loss.toFixed(3)}`} />
          <Stat label="Speed" value={Math.round(last.perSecond).toLocaleString("en")} note={unit} />
          <Stat
            label={isTraining ? "Time left" : "Memory at most"}
            value={isTraining ? formatSpan(last.etaSeconds) : `${(last.memoryMb / 1024).toFixed(1)} GiB`}
            note={isTraining ? `${(last.memoryMb / 1024).toFixed(1)} GiB of memory` : undefined}
          />
        </dl>
        <Progress value={last.step / last.steps} label="Progress of the training" />
        {/* One point draws no line. */}
        {points.length > 1 && (
          <LineChart
            series={[
              { name: "Training loss", points: points.map(({ step, loss }) => ({ x: step, y: loss })) },
            ]}
            label={`Training loss over ${last.step} ${last.unit}s, from ${points[0]?.loss.toFixed(3)} to ${last.loss.toFixed(3)}`}
            xLabel={last.unit}
            yLabel="loss"
          />
        )}
      </div>
    </Card>
  );
}

/** The curve so far, from the job's log and then live; a step that was trained again counts as it was trained last. */
function usePoints(jobId: string): TrainingPoint[] {
  const { points } = useLive();
  const { data } = useQuery(pointsQuery(jobId));
  const byStep = new Map((data?.items ?? []).map((point) => [point.step, point]));
  for (const point of points.get(jobId) ?? []) byStep.set(point.step, point);
  return [...byStep.values()].sort((a, b) => a.step - b.step);
}
