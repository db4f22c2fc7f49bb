import { classNames } from "@trainchain/ui";
import type { ReactNode } from "react";

/** A line of a list: what it is called, and at the right what it is; `breaks` where that has no spaces to break at. */
export function Line({ label, breaks, children }: { label: string; breaks?: boolean; children: ReactNode }) {
  return (
    <div className="flex justify-between gap-4">
      <dt className="text-muted">{label}</dt>
      <dd className={classNames("text-right", breaks && "break-all")}>{children}</dd>
    </div>
  );
}
