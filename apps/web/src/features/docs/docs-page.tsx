import pages from "virtual:docs";
import { Link } from "@tanstack/react-router";
import { Page } from "../../shell/page.tsx";

export default function DocsPage() {
  return (
    <Page
      title="Docs"
      lead="How TrainChain works, and why it is built so. The same pages lie beside the source code."
    >
      <ul className="grid gap-4 sm:grid-cols-2">
        {pages.map(({ slug, title, summary }) => (
          <li
            key={slug}
            className="relative grid content-start gap-2 rounded-card border border-line bg-surface p-6 shadow-card transition-colors hover:border-edge"
          >
            <h2 className="text-lg font-semibold">
              <Link to="/docs/$slug" params={{ slug }} className="after:absolute after:inset-0">
                {title}
              </Link>
            </h2>
            <p className="line-clamp-3 text-sm text-muted">{summary}</p>
          </li>
        ))}
      </ul>
    </Page>
  );
}
