import pages, { type DocsPage as Entry } from "virtual:docs";
import { Link } from "@tanstack/react-router";
import { Page } from "../../shell/page.tsx";

export default function DocsPage() {
  return (
    <Page
      title="Docs"
      lead="How TrainChain works, and why it is built so. The same pages lie beside the source code."
    >
      <div className="grid gap-10">
        <Entries pages={pages.filter(({ isDecision }) => !isDecision)} />
        <section className="grid gap-4">
          <h2 className="text-xl font-semibold">Decisions</h2>
          <Entries pages={pages.filter(({ isDecision }) => isDecision)} headingLevel="h3" />
        </section>
      </div>
    </Page>
  );
}

function Entries({
  pages,
  headingLevel: Heading = "h2",
}: {
  pages: readonly Entry[];
  headingLevel?: "h2" | "h3";
}) {
  return (
    <ul className="grid gap-4 sm:grid-cols-2">
      {pages.map(({ slug, title, summary }) => (
        <li
          key={slug}
          className="relative grid content-start gap-2 rounded-card border border-line bg-surface p-6 shadow-card transition-colors hover:border-edge"
        >
          <Heading className="text-lg font-semibold">
            <Link to="/docs/$slug" params={{ slug }} className="after:absolute after:inset-0">
              {title}
            </Link>
          </Heading>
          <p className="line-clamp-3 text-sm text-muted">{summary}</p>
        </li>
      ))}
    </ul>
  );
}
