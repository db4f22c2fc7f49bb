import type { ReactNode } from "react";

/** What stands where there is nothing yet: what would be here, and how to get it. */
export function EmptyState({
  title,
  children,
  action,
  headingLevel: Heading = "h2",
}: {
  title: string;
  children?: ReactNode;
  action?: ReactNode;
  headingLevel?: "h1" | "h2" | "h3";
}) {
  return (
    <div className="grid justify-items-center gap-3 rounded-card border border-dashed border-edge/50 px-6 py-14 text-center">
      <svg viewBox="0 0 64 32" className="h-8 w-16 text-accent" aria-hidden="true">
        <path
          d="M2 4c20 0 24 12 36 12h24M2 28c20 0 24-12 36-12"
          fill="none"
          stroke="currentColor"
          strokeWidth="2"
          strokeLinecap="round"
          strokeDasharray="1 5"
        />
        <circle cx="60" cy="16" r="3" fill="currentColor" />
      </svg>
      <Heading className="text-lg font-semibold">{title}</Heading>
      {children && <div className="max-w-prose text-muted">{children}</div>}
      {action && <div className="mt-2">{action}</div>}
    </div>
  );
}
