import type { StateWords } from "@trainchain/protocol";
import { classNames } from "@trainchain/ui";
import { type ReactNode, useEffect } from "react";

/** Sets the browser tab's title while the component is there. */
export function usePageTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · TrainChain`;
  }, [title]);
}

const icons: Partial<Record<StateWords["tone"], string>> = {
  info: "/favicon-info.svg",
  positive: "/favicon-positive.svg",
  warning: "/favicon-warning.svg",
  danger: "/favicon-warning.svg",
};

/** Gives the tab's icon a dot while the component is there, for states that call for one. */
function usePageIcon(tone: StateWords["tone"] | undefined): void {
  useEffect(() => {
    const icon = document.querySelector<HTMLLinkElement>("link[rel=icon]");
    if (!icon || !tone) return;
    icon.href = icons[tone] ?? "/favicon.svg";
    return () => {
      icon.href = "/favicon.svg";
    };
  }, [tone]);
}

export interface PageProps {
  /** The page's one <h1>, and the tab's title. */
  title: string;
  /** What has to be seen from another tab, such as a job's state: before the tab's title, and as its icon's colour. */
  state?: StateWords;
  lead?: ReactNode;
  /** Right of the heading. */
  actions?: ReactNode;
  /** "text" keeps lines short enough to read. */
  width?: "wide" | "text";
  children: ReactNode;
}

/** The frame of a page: heading, lead, content. */
export function Page({ title, state, lead, actions, width = "wide", children }: PageProps) {
  usePageTitle(state ? `${state.text} · ${title}` : title);
  usePageIcon(state?.tone);
  return (
    <div
      className={classNames(
        "mx-auto grid w-full gap-8 px-4 py-10 sm:px-6 sm:py-14",
        width === "wide" ? "max-w-6xl" : "max-w-3xl",
      )}
    >
      <header className="flex flex-wrap items-end justify-between gap-4">
        <div className="grid gap-2">
          <h1 className="text-3xl font-semibold sm:text-4xl">{title}</h1>
          {lead && <p className="max-w-prose text-lg text-muted">{lead}</p>}
        </div>
        {actions && <div className="flex flex-wrap items-center gap-3">{actions}</div>}
      </header>
      {children}
    </div>
  );
}
