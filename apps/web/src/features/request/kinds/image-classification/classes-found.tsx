import { formatCount } from "@trainchain/ui";
import type { ImagesCheck } from "./check-images.ts";

/** The classes of an archive, with their images. */
export function ClassesFound({ check: { report } }: { check: ImagesCheck }) {
  if (report.classes.length === 0) return null;
  const most = Math.max(...report.classes.map(({ train, val, test }) => train + val + test));
  return (
    <figure className="grid gap-2">
      <figcaption className="text-sm font-medium">
        {formatCount(report.images)} images in {report.classes.length} classes
        {report.layout === "splits" && ": train + val + test"}
      </figcaption>
      <ul className="grid max-h-72 gap-1.5 overflow-y-auto pr-2 text-sm">
        {report.classes.map(({ name, train, val, test }) => (
          <li key={name} className="grid grid-cols-[8rem_1fr_auto] items-center gap-3">
            <span className="truncate" title={name}>
              {name}
            </span>
            <svg viewBox="0 0 100 6" preserveAspectRatio="none" className="h-2 w-full" aria-hidden="true">
              <rect width={(100 * (train + val + test)) / most} height="6" className="fill-accent" />
            </svg>
            <span className="min-w-16 text-right text-muted tabular-nums">
              {report.layout === "splits" ? `${train} + ${val} + ${test}` : train}
            </span>
          </li>
        ))}
      </ul>
    </figure>
  );
}
