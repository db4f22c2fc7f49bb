import type { ComponentProps, ReactNode } from "react";
import { classNames } from "./class-names.ts";

/** A raised panel. With a title it becomes a labelled section. */
export function Card({
  title,
  actions,
  className,
  children,
  ...rest
}: Omit<ComponentProps<"section">, "title"> & { title?: ReactNode; actions?: ReactNode }) {
  return (
    <section
      {...rest}
      className={classNames("rounded-card border border-line bg-surface p-5 shadow-card sm:p-6", className)}
    >
      {title && (
        <header className="mb-4 flex flex-wrap items-center justify-between gap-3">
          <h2 className="text-base font-semibold">{title}</h2>
          {actions}
        </header>
      )}
      {children}
    </section>
  );
}

/** One figure with what it counts. Put several in a <dl>. */
export function Stat({ label, value, note }: { label: ReactNode; value: ReactNode; note?: ReactNode }) {
  return (
    <div className="grid content-start gap-0.5">
      <dt className="text-sm text-muted">{label}</dt>
      <dd className="text-2xl font-semibold tracking-tight tabular-nums">{value}</dd>
      {note && <dd className="text-sm text-muted">{note}</dd>}
    </div>
  );
}
