/** Three strands that become one. */
export function Logo({ className = "size-7" }: { className?: string }) {
  return (
    <svg viewBox="0 0 32 32" className={className} aria-hidden="true">
      <rect width="32" height="32" rx="8" className="fill-accent" />
      <path
        d="M6 8c9 0 8 8 14 8M6 16h14M6 24c9 0 8-8 14-8"
        fill="none"
        strokeWidth="2.4"
        strokeLinecap="round"
        className="stroke-on-accent"
      />
      <circle cx="24" cy="16" r="3.2" className="fill-on-accent" />
    </svg>
  );
}
