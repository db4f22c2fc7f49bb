import { type ComponentProps, createContext, type ReactNode, useContext, useId } from "react";
import { classNames } from "./class-names.ts";

interface FieldIds {
  controlId: string;
  describedBy: string | undefined;
  invalid: boolean;
}

const FieldContext = createContext<FieldIds | undefined>(undefined);

export interface FieldProps {
  label: ReactNode;
  /** What the value means, below the label. */
  hint?: ReactNode;
  /** What is wrong with the value, and how to mend it. */
  error?: ReactNode;
  /** Beside the label, right: the value of a slider, a count of letters. */
  aside?: ReactNode;
  className?: string;
  children: ReactNode;
}

/** A label, its control (Input, Textarea, Select or Slider inside), a hint and an error, tied together for screen readers. */
export function Field({ label, hint, error, aside, className, children }: FieldProps) {
  const id = useId();
  const hintId = hint ? `${id}-hint` : undefined;
  const errorId = error ? `${id}-error` : undefined;
  const describedBy = [hintId, errorId].filter(Boolean).join(" ") || undefined;
  return (
    <div className={classNames("grid gap-1.5", className)}>
      <div className="flex items-baseline justify-between gap-3">
        <label htmlFor={id} className="text-sm font-medium">
          {label}
        </label>
        {aside && <span className="text-sm text-muted tabular-nums">{aside}</span>}
      </div>
      <FieldContext value={{ controlId: id, describedBy, invalid: Boolean(error) }}>{children}</FieldContext>
      {hint && (
        <p id={hintId} className="text-sm text-muted">
          {hint}
        </p>
      )}
      {error && (
        <p id={errorId} role="alert" className="text-sm text-danger-text">
          {error}
        </p>
      )}
    </div>
  );
}

const controlClasses =
  "w-full rounded-control border border-edge bg-surface px-3 text-sm text-ink placeholder:text-muted transition-colors hover:border-ink disabled:opacity-60 aria-invalid:border-danger";

/** The attributes that tie a control to the Field around it. */
function useFieldAttributes() {
  const field = useContext(FieldContext);
  return field
    ? {
        id: field.controlId,
        "aria-describedby": field.describedBy,
        "aria-invalid": field.invalid || undefined,
      }
    : {};
}

export function Input({ className, ...rest }: ComponentProps<"input">) {
  return (
    <input {...useFieldAttributes()} {...rest} className={classNames(controlClasses, "h-10", className)} />
  );
}

export function Textarea({ className, rows = 3, ...rest }: ComponentProps<"textarea">) {
  return (
    <textarea
      {...useFieldAttributes()}
      rows={rows}
      {...rest}
      className={classNames(controlClasses, "py-2 leading-relaxed", className)}
    />
  );
}

/** The system's own select: it works with every keyboard, screen reader and phone. */
export function Select({ className, ...rest }: ComponentProps<"select">) {
  return (
    <span className="relative grid">
      <select
        {...useFieldAttributes()}
        {...rest}
        className={classNames(controlClasses, "h-10 appearance-none pr-9", className)}
      />
      <svg
        viewBox="0 0 16 16"
        className="pointer-events-none absolute top-3 right-3 size-4 text-muted"
        aria-hidden="true"
      >
        <path d="m4 6 4 4 4-4" fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round" />
      </svg>
    </span>
  );
}

/** A native range control. */
export function Slider({ className, ...rest }: Omit<ComponentProps<"input">, "type">) {
  return (
    <input
      {...useFieldAttributes()}
      {...rest}
      type="range"
      className={classNames("h-6 w-full cursor-pointer accent-accent", className)}
    />
  );
}

export function Checkbox({
  label,
  className,
  ...rest
}: Omit<ComponentProps<"input">, "type"> & { label: ReactNode }) {
  return (
    <label className={classNames("flex items-start gap-2.5 text-sm", className)}>
      <input {...rest} type="checkbox" className="mt-0.5 size-4 shrink-0 accent-accent" />
      <span>{label}</span>
    </label>
  );
}
