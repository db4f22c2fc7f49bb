import { classNames } from "./class-names.ts";

/** How far something is. Without `value` (0 to 1) it only says that work goes on. */
export function Progress({
  value,
  label,
  className,
}: {
  value?: number | undefined;
  label: string;
  className?: string;
}) {
  const percent = value === undefined ? undefined : Math.round(Math.min(1, Math.max(0, value)) * 100);
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
      className={classNames("h-1.5 overflow-hidden rounded-full bg-line", className)}
    >
      <div
        className={classNames(
          "h-full rounded-full bg-accent transition-[width] duration-300",
          percent === undefined && "w-1/3 animate-shimmer",
        )}
        style={percent === undefined ? undefined : { width: `${percent}%` }}
      />
    </div>
  );
}
