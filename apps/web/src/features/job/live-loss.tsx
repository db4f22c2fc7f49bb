import type { ProgressEvent } from "@trainchain/protocol";
import { LineChart } from "@trainchain/ui";

/** Each contributor's loss as it trains, from the moment that the page was opened. */
export function LiveLoss({ progress }: { progress: ReadonlyMap<number, readonly ProgressEvent[]> }) {
  const series = [...progress.values()]
    .map((events) => ({
      name: events[0]?.contributor ?? "",
      points: events.flatMap(({ event }) => {
        if (event.event === "step") return [{ x: event.step, y: event.loss }];
        return event.event === "epoch" ? [{ x: event.epoch, y: event.loss }] : [];
      }),
    }))
    .filter(({ points }) => points.length > 1);
  if (series.length === 0) return null;
  return <LineChart series={series} label="Training loss of each contributor" xLabel="steps" yLabel="Loss" />;
}
