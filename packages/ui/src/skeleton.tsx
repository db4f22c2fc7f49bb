import { classNames } from "./class-names.ts";

/** A grey place for something that is on its way. Give it a size by class. */
export function Skeleton({ className }: { className?: string }) {
  return (
    <span
      aria-hidden="true"
      className={classNames("block animate-shimmer rounded-control bg-line", className)}
    />
  );
}

/** Says to a screen reader that something loads, around skeletons. */
export function Loading({ label, children }: { label: string; children?: React.ReactNode }) {
  return (
    <div role="status" aria-live="polite">
      <span className="sr-only">{label}</span>
      {children}
    </div>
  );
}
