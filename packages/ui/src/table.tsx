// biome-ignore-all lint/a11y/noRedundantRoles: what is laid out as cards would lose the roles of a table
import type { ComponentProps, ReactNode } from "react";
import { classNames } from "./class-names.ts";

/**
 * A table that its `caption` names. In a narrow place each row becomes a card of its cells, each with its `label`
 * before it; a matrix (`asMatrix`) stays one. What is too wide all the same scrolls sideways by itself, reachable by
 * keyboard.
 */
export function Table({
  caption,
  children,
  asMatrix = false,
  className,
}: {
  caption: string;
  children: ReactNode;
  asMatrix?: boolean;
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
      <table
        role="table"
        className={classNames("w-full border-collapse text-left text-sm", !asMatrix && "max-md:block")}
      >
        <caption className="sr-only">{caption}</caption>
        {children}
      </table>
    </section>
  );
}

/** The columns' names; above cards only those that sort stay in sight. */
export function TableHead({ children }: { children: ReactNode }) {
  return (
    <thead
      role="rowgroup"
      className="border-b border-line bg-sunken/60 text-xs text-muted max-md:block max-md:not-has-[button]:border-0"
    >
      <tr role="row" className="max-md:flex max-md:flex-wrap max-md:gap-x-4 max-md:px-4">
        {children}
      </tr>
    </thead>
  );
}

export function TableBody({ children }: { children: ReactNode }) {
  return (
    <tbody role="rowgroup" className="border-b border-line last:border-0 max-md:block">
      {children}
    </tbody>
  );
}

const columnName = "py-2.5 font-medium whitespace-nowrap";

export function HeaderCell({ className, ...rest }: ComponentProps<"th">) {
  return (
    <th
      scope="col"
      role="columnheader"
      {...rest}
      className={classNames(columnName, "px-4 max-md:sr-only", className)}
    />
  );
}

/** A column header that sorts; `direction` is how the table is sorted by it now. */
export function SortableHeaderCell({
  direction,
  onSort,
  children,
}: {
  direction: "ascending" | "descending" | undefined;
  onSort: () => void;
  children: ReactNode;
}) {
  return (
    <th
      scope="col"
      role="columnheader"
      aria-sort={direction ?? "none"}
      className={classNames(columnName, "px-4 max-md:px-0")}
    >
      <button type="button" onClick={onSort} className="inline-flex items-center gap-1 hover:text-ink">
        {children}
        <span aria-hidden="true" className={direction ? "text-accent-text" : "opacity-40"}>
          {direction === "ascending" ? "↑" : "↓"}
        </span>
      </button>
    </th>
  );
}

/** The name of the rows below it in their TableBody. */
export function GroupHeader({ columns, children }: { columns: number; children: ReactNode }) {
  return (
    <tr role="row" className="border-b border-line bg-sunken/30 max-md:block">
      {/* biome-ignore lint/a11y/useSemanticElements: it is of several rows */}
      <th scope="rowgroup" role="rowheader" colSpan={columns} className="px-4 py-2 font-medium max-md:block">
        {children}
      </th>
    </tr>
  );
}

export function Row({ className, ...rest }: ComponentProps<"tr">) {
  return (
    <tr
      role="row"
      {...rest}
      className={classNames(
        "border-b border-line last:border-0 hover:bg-sunken/50 transition-colors",
        "max-md:flex max-md:flex-wrap max-md:items-baseline max-md:gap-x-3 max-md:px-4 max-md:py-3",
        className,
      )}
    />
  );
}

/**
 * A cell of one line in the middle of its row, unless its classes say otherwise. On a card it stands after its `label`
 * (the column's name, which a screen reader has from the column); those without one come first and share lines.
 */
export function Cell({ className, label, ...rest }: ComponentProps<"td"> & { label?: string }) {
  return (
    <td
      role="cell"
      data-label={label}
      {...rest}
      className={classNames(
        "px-4 py-3 max-md:block max-md:min-w-0 max-md:max-w-full max-md:px-0 max-md:py-0.5 max-md:text-left max-md:first:font-semibold",
        label &&
          "max-md:relative max-md:order-1 max-md:w-full max-md:pl-32 max-md:before:absolute max-md:before:left-0 max-md:before:text-muted max-md:before:content-[attr(data-label)/'']",
        !className?.includes("align-") && "align-middle",
        !className?.includes("whitespace-") && "whitespace-nowrap",
        "max-md:whitespace-normal",
        className,
      )}
    />
  );
}
