import pages, { type DocsPage } from "virtual:docs";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams, useRouter } from "@tanstack/react-router";
import { ErrorNotice, Loading, Skeleton } from "@trainchain/ui";
import { type MouseEvent, useEffect } from "react";
import { NotFoundPage } from "../../shell/not-found-page.tsx";
import { usePageTitle } from "../../shell/page.tsx";

export default function DocPage() {
  const { slug } = useParams({ from: "/docs/$slug" });
  const page = pages.find((candidate) => candidate.slug === slug);
  return page ? <Doc page={page} /> : <NotFoundPage />;
}

function Doc({ page }: { page: DocsPage }) {
  usePageTitle(page.title);
  const router = useRouter();
  const {
    data: html,
    error,
    refetch,
  } = useQuery({
    queryKey: ["docs", page.slug],
    queryFn: page.load,
    staleTime: Infinity,
  });
  // The page arrives after the address was opened: only now is there something to scroll to.
  useEffect(() => {
    if (html && window.location.hash)
      document.getElementById(window.location.hash.slice(1))?.scrollIntoView();
  }, [html]);

  /** Links between documents need no new page load. */
  const follow = (event: MouseEvent) => {
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    const href = link?.getAttribute("href");
    if (!href?.startsWith("/docs/") || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    router.history.push(href);
  };
  return (
    <div className="mx-auto grid max-w-6xl grid-cols-[minmax(0,1fr)] gap-x-10 gap-y-6 px-4 py-10 sm:px-6 lg:grid-cols-[14rem_minmax(0,1fr)]">
      <nav aria-label="Documents" className="lg:sticky lg:top-24 lg:self-start">
        <ul className="flex gap-1 overflow-x-auto pb-2 lg:grid lg:overflow-visible">
          {pages.map(({ slug, title }) => (
            <li key={slug} className="shrink-0">
              <Link
                to="/docs/$slug"
                params={{ slug }}
                className="block rounded-control px-3 py-1.5 text-sm hover:bg-sunken"
                activeProps={{ className: "bg-accent-soft font-medium text-accent-text" }}
                inactiveProps={{ className: "text-muted" }}
              >
                {title}
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      {error ? (
        <ErrorNotice error={error} onRetry={() => void refetch()} />
      ) : html ? (
        // biome-ignore lint/a11y/useKeyWithClickEvents: keys activate the links inside, whose clicks bubble up here
        // biome-ignore lint/security/noDangerouslySetInnerHtml: our own documents, rendered when the site was built
        <article className="prose max-w-3xl" onClick={follow} dangerouslySetInnerHTML={{ __html: html }} />
      ) : (
        <Loading label="The document is loading">
          <Skeleton className="h-dvh" />
        </Loading>
      )}
    </div>
  );
}
