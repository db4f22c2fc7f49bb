import type { ReactNode } from "react";
import { classNames } from "./class-names.ts";

export type StepState = "done" | "current" | "failed" | "ahead";

export interface TimelineStep {
  key: string;
  title: ReactNode;
  detail?: ReactNode;
  /** Right of the title: a time, a link to the transaction. */
  aside?: ReactNode;
  state: StepState;
}

const marks: Record<StepState, string> = {
  done: "border-accent bg-accent text-on-accent",
  current: "border-accent bg-surface text-accent-text",
  failed: "border-danger bg-danger-soft text-danger-text",
  ahead: "border-line bg-surface text-muted",
};

const words: Record<StepState, string> = {
  done: "Done: ",
  current: "Now: ",
  failed: "Failed: ",
  ahead: "Later: ",
};

/** Steps one below the other, what is done and what comes. */
export function Timeline({ steps, label }: { steps: readonly TimelineStep[]; label: string }) {
  return (
    <ol aria-label={label} className="grid">
      {steps.map(({ key, title, detail, aside, state }, index) => (
        <li
          key={key}
          aria-current={state === "current" ? "step" : undefined}
          className="grid grid-cols-[1.5rem_1fr] gap-x-3"
        >
          <div className="grid grid-rows-[1.5rem_1fr] justify-items-center">
            <Mark state={state} index={index} />
            {index < steps.length - 1 && (
              <span className={classNames("w-0.5 grow", state === "done" ? "bg-accent" : "bg-line")} />
            )}
          </div>
          <div className="pb-5">
            <div className="flex flex-wrap items-baseline justify-between gap-x-4">
              <span className={classNames("text-sm font-medium", state === "ahead" && "text-muted")}>
                <span className="sr-only">{words[state]}</span>
                {title}
              </span>
              {aside && <span className="text-sm text-muted">{aside}</span>}
            </div>
            {detail && <div className="text-sm text-muted">{detail}</div>}
          </div>
        </li>
      ))}
    </ol>
  );
}

/** The same side by side: where one is in a short way. */
export function Stepper({
  steps,
  current,
  hasFailed = false,
  label,
}: {
  steps: readonly string[];
  current: number;
  /** Whether the current one failed. */
  hasFailed?: boolean;
  label: string;
}) {
  return (
    <ol aria-label={label} className="flex flex-wrap gap-x-6 gap-y-2">
      {steps.map((step, index) => {
        const reached = hasFailed ? "failed" : "current";
        const state: StepState = index < current ? "done" : index === current ? reached : "ahead";
        return (
          <li
            key={step}
            aria-current={index === current ? "step" : undefined}
            className="flex items-center gap-2 text-sm"
          >
            <Mark state={state} index={index} />
            <span className={state === "ahead" ? "text-muted" : "font-medium"}>
              <span className="sr-only">{words[state]}</span>
              {step}
            </span>
          </li>
        );
      })}
    </ol>
  );
}

function signOf(state: StepState, index: number): string {
  if (state === "done") return "✓";
  return state === "failed" ? "!" : String(index + 1);
}

function Mark({ state, index }: { state: StepState; index: number }) {
  return (
    <span
      className={classNames(
        "grid size-5 place-items-center rounded-full border-2 text-[0.65rem] font-bold",
        marks[state],
      )}
    >
      <span aria-hidden="true">{signOf(state, index)}</span>
    </span>
  );
}
