import { useQuery } from "@tanstack/react-query";
import { Outlet, useRouterState } from "@tanstack/react-router";
import { RateContext, ToastArea } from "@trainchain/ui";
import { useEffect, useRef } from "react";
import { configQuery } from "../api/open-queries.ts";
import { Footer } from "./footer.tsx";
import { Navbar } from "./navbar.tsx";
import { OfflineNotice } from "./offline-notice.tsx";

/** What stands around every page. */
export function RootLayout() {
  const { data: config } = useQuery(configQuery);
  const main = useRef<HTMLElement>(null);
  const pathname = useRouterState({ select: ({ resolvedLocation }) => resolvedLocation?.pathname });
  const shown = useRef<string>(undefined);
  useEffect(() => {
    // A screen reader begins a new page where a browser would: at its top. The first page does so by itself.
    if (shown.current && pathname && shown.current !== pathname) main.current?.focus({ preventScroll: true });
    shown.current = pathname;
  }, [pathname]);
  return (
    <div className="flex min-h-dvh flex-col">
      <a
        href="#main"
        className="sr-only z-50 rounded-control bg-accent px-4 py-2 text-on-accent focus:not-sr-only focus:absolute focus:top-3 focus:left-3"
      >
        Skip to the content
      </a>
      <Navbar />
      <OfflineNotice />
      <main id="main" ref={main} tabIndex={-1} className="flex-1">
        <RateContext value={config?.fiat ?? null}>
          <Outlet />
        </RateContext>
      </main>
      <Footer />
      <ToastArea />
    </div>
  );
}
