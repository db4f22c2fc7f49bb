import type { ComponentProps, ReactNode } from "react";
import { classNames } from "./class-names.ts";
import { Spinner } from "./spinner.tsx";

export type ButtonVariant = "primary" | "secondary" | "ghost" | "danger";
export type ButtonSize = "small" | "medium" | "large";

const variants: Record<ButtonVariant, string> = {
  primary: "bg-accent text-on-accent hover:bg-accent-strong shadow-card",
  secondary: "bg-surface text-ink border border-line hover:border-edge shadow-card",
  ghost: "text-ink hover:bg-sunken",
  danger: "bg-surface text-danger-text border border-line hover:border-danger",
};

const sizes: Record<ButtonSize, string> = {
  small: "h-8 px-3 text-sm gap-1.5",
  medium: "h-10 px-4 text-sm gap-2",
  large: "h-12 px-6 text-base gap-2.5",
};

/** The classes of a button, for a link that looks like one. */
export function buttonClasses(variant: ButtonVariant = "primary", size: ButtonSize = "medium"): string {
  return classNames(
    "inline-flex items-center justify-center rounded-control font-medium whitespace-nowrap select-none",
    "transition-colors disabled:opacity-60 disabled:cursor-not-allowed aria-disabled:opacity-60",
    variants[variant],
    sizes[size],
  );
}

export interface ButtonProps extends ComponentProps<"button"> {
  variant?: ButtonVariant;
  size?: ButtonSize;
  /** Work is under way: the button keeps its focus, shows a spinner and does nothing. */
  busy?: boolean;
  icon?: ReactNode;
}

export function Button({ variant, size, busy, icon, className, children, onClick, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      aria-busy={busy || undefined}
      aria-disabled={busy || undefined}
      onClick={(event) => (busy ? event.preventDefault() : onClick?.(event))}
      className={classNames(buttonClasses(variant, size), className)}
    >
      {busy ? <Spinner /> : icon}
      {children}
    </button>
  );
}

/** A square button with a picture; `label` is what a screen reader says. */
export function IconButton({ label, className, ...rest }: ComponentProps<"button"> & { label: string }) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      {...rest}
      className={classNames(
        "inline-flex size-9 items-center justify-center rounded-control text-muted hover:bg-sunken hover:text-ink transition-colors",
        className,
      )}
    />
  );
}
