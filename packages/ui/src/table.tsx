import type { ComponentProps, ReactNode } from "react";
import { classNames } from "./class-names.ts";

/** A table that scrolls sideways by itself on a narrow screen; reachable by keyboard. `caption` names it. */
export function Table({
  caption,
  children,
  className,
}: {
  caption: string;
  children: ReactNode;
  className?: string;
}) {
  return (
    <section
      aria-label={caption}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      tabIndex={0}
      className={classNames(
        "relative overflow-x-auto rounded-card border border-line bg-surface shadow-card",
        className,
      )}
    >
      <table className="w-full border-collapse text-left text-sm">
        <caption className="sr-only">{caption}</caption>
        {children}
      </table>
    </section>
  );
}

export function TableHead({ children }: { children: ReactNode }) {
  return (
    <thead className="border-b border-line bg-sunken/60 text-xs text-muted">
      <tr>{children}</tr>
    </thead>
  );
}

export function HeaderCell({ className, ...rest }: ComponentProps<"th">) {
  return (
    <th
      scope="col"
      {...rest}
      className={classNames("px-4 py-2.5 font-medium whitespace-nowrap", className)}
    />
  );
}

/** A column header that sorts; `direction` is how the table is sorted by it now. */
export function SortableHeaderCell({
  direction,
  onSort,
  children,
  className,
}: {
  direction: "ascending" | "descending" | undefined;
  onSort: () => void;
  children: ReactNode;
  className?: string;
}) {
  return (
    <HeaderCell aria-sort={direction ?? "none"} className={className}>
      <button type="button" onClick={onSort} className="inline-flex items-center gap-1 hover:text-ink">
        {children}
        <span aria-hidden="true" className={direction ? "text-accent-text" : "opacity-40"}>
          {direction === "ascending" ? "↑" : "↓"}
        </span>
      </button>
    </HeaderCell>
  );
}

export function Row({ className, ...rest }: ComponentProps<"tr">) {
  return (
    <tr
      {...rest}
      className={classNames(
        "border-b border-line last:border-0 hover:bg-sunken/50 transition-colors",
        className,
      )}
    />
  );
}

/** A cell of one line in the middle of its row, unless its classes say otherwise. */
export function Cell({ className, ...rest }: ComponentProps<"td">) {
  return (
    <td
      {...rest}
      className={classNames(
        "px-4 py-3",
        !className?.includes("align-") && "align-middle",
        !className?.includes("whitespace-") && "whitespace-nowrap",
        className,
      )}
    />
  );
}
