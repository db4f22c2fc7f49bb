import type { ReactNode } from "react";
import type { Tone } from "./badge.tsx";
import { Button } from "./button.tsx";
import { classNames } from "./class-names.ts";

const tones: Record<Tone, string> = {
  neutral: "bg-sunken text-ink",
  positive: "bg-accent-soft text-accent-text",
  warning: "bg-warning-soft text-warning-text",
  danger: "bg-danger-soft text-danger-text",
  info: "bg-info-soft text-info-text",
};

/** A message within a page. */
export function Notice({
  tone = "info",
  title,
  children,
  action,
  className,
}: {
  tone?: Tone;
  title?: ReactNode;
  children?: ReactNode;
  action?: ReactNode;
  className?: string;
}) {
  return (
    <div
      role={tone === "danger" ? "alert" : "status"}
      className={classNames(
        "flex flex-wrap items-center justify-between gap-3 rounded-control px-4 py-3 text-sm",
        tones[tone],
        className,
      )}
    >
      <div className="grid gap-0.5">
        {title && <p className="font-semibold">{title}</p>}
        {children && <div>{children}</div>}
      </div>
      {action}
    </div>
  );
}

/**
 * What failed, and what to do: shows an error's message, its `fix` where it has one, and a way to try again. A failure
 * of the server (`facts.status` from 500) shows its request id, to be reported.
 */
export function ErrorNotice({
  error,
  title,
  onRetry,
  className,
}: {
  error: unknown;
  title?: string;
  onRetry?: () => void;
  className?: string;
}) {
  const message = error instanceof Error ? error.message : String(error);
  const fix = error instanceof Error && "fix" in error ? error.fix : undefined;
  const requestId = requestIdOf(error);
  return (
    <Notice
      tone="danger"
      title={title}
      className={className}
      action={
        onRetry && (
          <Button variant="secondary" size="small" onClick={onRetry}>
            Try again
          </Button>
        )
      }
    >
      <p className="first-letter:uppercase">{/[.!?]$/.test(message) ? message : `${message}.`}</p>
      {typeof fix === "string" && <p>{fix}</p>}
      {requestId && (
        <p>
          Request id: <code className="font-mono">{requestId}</code>
        </p>
      )}
    </Notice>
  );
}

function requestIdOf(error: unknown): string | undefined {
  if (!(error instanceof Error && "facts" in error)) return undefined;
  const { status, requestId } = (error.facts ?? {}) as { status?: unknown; requestId?: unknown };
  return typeof status === "number" && status >= 500 && typeof requestId === "string" ? requestId : undefined;
}
