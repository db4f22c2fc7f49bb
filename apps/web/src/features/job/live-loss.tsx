import { useQuery } from "@tanstack/react-query";
import {
  type CurvesView,
  curvePointOf,
  type JobView,
  kindWords,
  type ProgressEvent,
} from "@trainchain/protocol";
import { LineChart, type Series } from "@trainchain/ui";
import { curvesQuery } from "../../api/queries.ts";

/** The loss of each training: what the platform kept of it, and what came since the page was opened. */
export default function LiveLoss({
  job: { jobId, kind },
  progress,
}: {
  job: Pick<JobView, "jobId" | "kind">;
  progress: ReadonlyMap<number, readonly ProgressEvent[]>;
}) {
  const { data } = useQuery(curvesQuery(jobId));
  const series = seriesOf(data?.items ?? [], progress);
  if (series.length === 0) return null;
  return (
    <LineChart
      series={series}
      label="Training loss of each contributor"
      xLabel={`${kindWords[kind].pass}s`}
      yLabel="Loss"
    />
  );
}

/** One curve a contributor; a step that was trained again counts as it was trained last, one point draws no line. */
function seriesOf(
  kept: CurvesView["items"],
  progress: ReadonlyMap<number, readonly ProgressEvent[]>,
): Series[] {
  const curves = new Map<string, Map<number, number>>();
  const add = (name: string, step: number, loss: number) =>
    curves.set(name, (curves.get(name) ?? new Map()).set(step, loss));
  for (const { contributor, points } of kept) for (const [step, loss] of points) add(contributor, step, loss);
  for (const { event, contributor } of [...progress.values()].flat()) {
    const point = curvePointOf(event);
    if (point) add(contributor, point.step, point.loss);
  }
  return [...curves]
    .map(([name, steps]) => ({
      name,
      points: [...steps].map(([x, y]) => ({ x, y })).toSorted((a, b) => a.x - b.x),
    }))
    .filter(({ points }) => points.length > 1);
}
