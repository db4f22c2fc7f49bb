import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from "@tanstack/react-router";
import { ErrorPage } from "./shell/error-page.tsx";
import { NotFoundPage } from "./shell/not-found-page.tsx";
import { PagePending } from "./shell/page-pending.tsx";
import { RootLayout } from "./shell/root-layout.tsx";

/*
 * Every page of the site, each with a script of its own. A page's first path segment is never one of the API's, as one
 * host serves both: a test compares them.
 */
const root = createRootRoute({ component: RootLayout, notFoundComponent: NotFoundPage });
const underRoot = { getParentRoute: () => root };

const index = createRoute({
  ...underRoot,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: "/home", replace: true });
  },
});
const home = createRoute({
  ...underRoot,
  path: "/home",
  component: lazyRouteComponent(() => import("./features/home/home-page.tsx")),
});
const contributorPool = createRoute({
  ...underRoot,
  path: "/contributor-pool",
  component: lazyRouteComponent(() => import("./features/contributor-pool/contributor-pool-page.tsx")),
});
const contributorProfile = createRoute({
  ...underRoot,
  path: "/contributors/$profileId",
  component: lazyRouteComponent(() => import("./features/contributor-pool/contributor-profile-page.tsx")),
});
const contributor = createRoute({
  ...underRoot,
  path: "/contributor",
  component: lazyRouteComponent(() => import("./features/contributor/contributor-page.tsx")),
});
const about = createRoute({
  ...underRoot,
  path: "/about",
  component: lazyRouteComponent(() => import("./features/about/about-page.tsx")),
});
const docs = createRoute({
  ...underRoot,
  path: "/docs",
  component: lazyRouteComponent(() => import("./features/docs/docs-page.tsx")),
});
const doc = createRoute({
  ...underRoot,
  path: "/docs/$slug",
  component: lazyRouteComponent(() => import("./features/docs/doc-page.tsx")),
});
const contact = createRoute({
  ...underRoot,
  path: "/contact",
  component: lazyRouteComponent(() => import("./features/contact/contact-page.tsx")),
});
const myProfile = createRoute({
  ...underRoot,
  path: "/my-profile",
  component: lazyRouteComponent(() => import("./features/profile/my-profile-page.tsx")),
});
const requester = createRoute({
  ...underRoot,
  path: "/requester",
  /** `again`: the number of a job whose request the form is filled with. */
  validateSearch: ({ again }: Record<string, unknown>): { again?: string } =>
    /^[1-9]\d{0,18}$/.test(String(again)) ? { again: String(again) } : {},
  component: lazyRouteComponent(() => import("./features/request/requester-page.tsx")),
});
const draft = createRoute({
  ...underRoot,
  path: "/draft/$draftId",
  component: lazyRouteComponent(() => import("./features/request/draft-page.tsx")),
});
const myRequests = createRoute({
  ...underRoot,
  path: "/my-requests",
  component: lazyRouteComponent(() => import("./features/my-requests/my-requests-page.tsx")),
});
const browseJobs = createRoute({
  ...underRoot,
  path: "/browse-jobs",
  component: lazyRouteComponent(() => import("./features/jobs/browse-jobs-page.tsx")),
});
const job = createRoute({
  ...underRoot,
  path: "/job/$jobId",
  component: lazyRouteComponent(() => import("./features/job/job-page.tsx")),
});
const myContributions = createRoute({
  ...underRoot,
  path: "/my-contributions",
  component: lazyRouteComponent(() => import("./features/earnings/my-contributions-page.tsx")),
});
const earnings = createRoute({
  ...underRoot,
  path: "/earnings",
  component: lazyRouteComponent(() => import("./features/earnings/earnings-page.tsx")),
});

export const router = createRouter({
  routeTree: root.addChildren([
    index,
    home,
    contributorPool,
    contributorProfile,
    contributor,
    about,
    docs,
    doc,
    contact,
    myProfile,
    requester,
    draft,
    myRequests,
    browseJobs,
    job,
    myContributions,
    earnings,
  ]),
  scrollRestoration: true,
  defaultPreload: "intent",
  defaultPendingComponent: PagePending,
  defaultErrorComponent: ErrorPage,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
