import type { ReactNode } from "react";

/** A link to another site, in a tab of its own. */
export function ExternalLink({
  href,
  className = "underline decoration-edge/50 underline-offset-4 hover:decoration-current",
  children,
}: {
  href: string;
  className?: string;
  children: ReactNode;
}) {
  return (
    <a href={href} target="_blank" rel="noreferrer" className={className}>
      {children}
    </a>
  );
}
