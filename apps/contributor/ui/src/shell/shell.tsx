import { Link, Outlet } from "@tanstack/react-router";
import {
  EmptyState,
  Loading,
  Logo,
  Notice,
  RateContext,
  Spinner,
  ThemeToggle,
  ToastArea,
  useNotification,
} from "@trainchain/ui";
import { useRef, useState } from "react";
import { useAppState, useLive } from "../agent/live-state.ts";
import { ConnectPage } from "../features/connect/connect-page.tsx";
import { SetupPage } from "../features/setup/setup-page.tsx";
import { AccountMenu } from "./account-menu.tsx";
import { MachineStrip } from "./machine-strip.tsx";
import { newsOf } from "./news.ts";
import { usePageFocus } from "./use-page-focus.ts";
import { WalletNotices } from "./wallet-notices.tsx";

const places = [
  { to: "/", label: "Jobs" },
  { to: "/work", label: "My work" },
  { to: "/earnings", label: "Earnings" },
  { to: "/settings", label: "Settings" },
] as const;

/** The window: what it shows depends first on how far the app is on this machine. */
export function Shell() {
  const { connection, state } = useLive();
  if (connection === "refused") return <NotOpened />;
  if (!state) return <Starting />;
  return (
    <RateContext value={state.platform.config?.fiat ?? null}>
      <OpenedShell isLost={connection === "lost"} />
    </RateContext>
  );
}

function OpenedShell({ isLost }: { isLost: boolean }) {
  const { environment, wallet, jobs } = useAppState();
  const [isLookingAround, setLookingAround] = useState(false);
  const content = useRef<HTMLElement>(null);
  usePageFocus(content);
  useNotification("TrainChain contributor", newsOf(jobs));
  const isSettingUp = environment.status !== "ready" && !isChecking(environment) && !isLookingAround;
  const hasPlaces = !isSettingUp && wallet !== null;
  return (
    <div className="grid min-h-dvh grid-cols-1 grid-rows-[auto_1fr_auto]">
      <a
        href="#content"
        className="sr-only focus:not-sr-only focus:absolute focus:z-50 focus:m-2 focus:rounded-control focus:bg-surface focus:p-2"
      >
        Skip to content
      </a>
      <header className="sticky top-0 z-40 border-b border-line bg-canvas/90 backdrop-blur">
        <div className="mx-auto flex min-h-14 max-w-6xl flex-wrap items-center gap-x-3 px-4 sm:gap-x-6 sm:px-8">
          <span className="flex items-center gap-2 font-semibold">
            <Logo />
            {/* Beside the links it has room only in a wide window, or above them in a narrow one. */}
            <span className={hasPlaces ? "sm:hidden md:inline" : undefined}>TrainChain</span>
          </span>
          {hasPlaces && <Navigation />}
          <div className="ml-auto flex items-center gap-1">
            <ThemeToggle />
            {wallet && <AccountMenu />}
          </div>
        </div>
      </header>
      <main id="content" ref={content} tabIndex={-1}>
        {isLost && (
          <Notice tone="danger" title="The app on this machine does not answer" className="rounded-none">
            It may have been closed or be starting again; this window goes on by itself when it is back.
          </Notice>
        )}
        {isSettingUp ? (
          <SetupPage onLookAround={() => setLookingAround(true)} />
        ) : wallet ? (
          <>
            <WalletNotices />
            <Outlet />
          </>
        ) : (
          <ConnectPage />
        )}
      </main>
      {hasPlaces && <MachineStrip />}
      <ToastArea />
    </div>
  );
}

/** Looking whether the environment is there takes a moment; a screen for it would only flash. */
function isChecking(environment: { status: string; phase?: string }): boolean {
  return environment.status === "installing" && environment.phase === "checking";
}

function Navigation() {
  const { jobs } = useAppState();
  const active = jobs.filter(({ place }) => place !== null).length;
  return (
    <nav
      aria-label="Main"
      className="order-last -mx-2 flex w-full flex-wrap gap-1 pb-2 sm:order-none sm:mx-0 sm:w-auto sm:pb-0"
    >
      {places.map(({ to, label }) => (
        <Link
          key={to}
          to={to}
          activeOptions={{ exact: to === "/" }}
          className="rounded-control px-2 py-1.5 text-sm font-medium whitespace-nowrap text-muted transition-colors hover:bg-sunken hover:text-ink data-[status=active]:bg-sunken data-[status=active]:text-ink sm:px-3"
        >
          {label}
          {to === "/work" && active > 0 && (
            <span className="ml-1.5 rounded-full bg-accent px-1.5 text-xs text-on-accent">
              {active}
              <span className="sr-only"> at work</span>
            </span>
          )}
        </Link>
      ))}
    </nav>
  );
}

function Starting() {
  return (
    <main className="grid min-h-dvh place-items-center">
      <h1 className="sr-only">TrainChain contributor</h1>
      <Loading label="The app is starting">
        <Spinner size={28} />
      </Loading>
    </main>
  );
}

function NotOpened() {
  return (
    <main className="mx-auto grid min-h-dvh max-w-xl place-content-center p-6">
      <EmptyState title="This window was not opened by the app" headingLevel="h1">
        <p>
          The app answers only windows that it opened itself. Start it, or open another window of it, with{" "}
          <code className="font-mono">npm run contributor</code>.
        </p>
      </EmptyState>
    </main>
  );
}
