import { createRootRoute, createRoute, createRouter, Navigate } from "@tanstack/react-router";
import { EarningsPage } from "./features/earnings/earnings-page.tsx";
import { JobPage } from "./features/jobs/job-page.tsx";
import { JobsPage } from "./features/jobs/jobs-page.tsx";
import { SettingsPage } from "./features/settings/settings-page.tsx";
import { WorkJobPage } from "./features/work/work-job-page.tsx";
import { WorkPage } from "./features/work/work-page.tsx";
import { Shell } from "./shell/shell.tsx";

const root = createRootRoute({ component: Shell, notFoundComponent: () => <Navigate to="/" /> });
const getParentRoute = () => root;

const routes = [
  createRoute({ getParentRoute, path: "/", component: JobsPage }),
  createRoute({ getParentRoute, path: "/jobs/$jobId", component: JobPage }),
  createRoute({ getParentRoute, path: "/work", component: WorkPage }),
  createRoute({ getParentRoute, path: "/work/$jobId", component: WorkJobPage }),
  createRoute({ getParentRoute, path: "/earnings", component: EarningsPage }),
  createRoute({ getParentRoute, path: "/settings", component: SettingsPage }),
] as const;

export const router = createRouter({ routeTree: root.addChildren(routes), scrollRestoration: true });

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
