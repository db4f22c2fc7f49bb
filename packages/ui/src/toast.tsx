import { useSyncExternalStore } from "react";
import type { Tone } from "./badge.tsx";
import { IconButton } from "./button.tsx";
import { classNames } from "./class-names.ts";
import { CloseIcon } from "./icons.tsx";

interface Toast {
  id: number;
  tone: Tone;
  text: string;
}

const visibleMs = 8_000;
let toasts: readonly Toast[] = [];
let nextId = 1;
const listeners = new Set<() => void>();

function change(next: readonly Toast[]): void {
  toasts = next;
  for (const listener of listeners) listener();
}

/** Shows a short message in the corner for eight seconds. */
export function showToast(text: string, tone: Tone = "neutral"): void {
  const id = nextId++;
  change([...toasts, { id, tone, text }].slice(-4));
  setTimeout(() => dismiss(id), visibleMs);
}

function dismiss(id: number): void {
  change(toasts.filter((toast) => toast.id !== id));
}

const edges: Record<Tone, string> = {
  neutral: "border-l-edge",
  positive: "border-l-accent",
  warning: "border-l-warning-text",
  danger: "border-l-danger",
  info: "border-l-info-text",
};

/** Where toasts appear; once in an app. */
export function ToastArea() {
  const shown = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => toasts,
  );
  return (
    <div
      aria-live="polite"
      className="fixed right-4 bottom-4 z-50 grid w-[min(24rem,calc(100vw-2rem))] gap-2"
    >
      {shown.map(({ id, tone, text }) => (
        <div
          key={id}
          className={classNames(
            "flex animate-rise items-start justify-between gap-3 rounded-control border border-l-4 border-line bg-surface py-2 pr-2 pl-4 text-sm shadow-float",
            edges[tone],
          )}
        >
          <p className="py-1">{text}</p>
          <IconButton label="Dismiss" className="size-7" onClick={() => dismiss(id)}>
            <CloseIcon />
          </IconButton>
        </div>
      ))}
    </div>
  );
}
