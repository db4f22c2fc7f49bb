import { Link } from "@tanstack/react-router";
import { buttonClasses, EmptyState } from "@trainchain/ui";
import { usePageTitle } from "./page.tsx";

export function NotFoundPage() {
  usePageTitle("Not found");
  return (
    <div className="mx-auto w-full max-w-2xl px-4 py-20">
      <EmptyState
        headingLevel="h1"
        title="There is no such page"
        action={
          <Link to="/home" className={buttonClasses()}>
            Go to the start page
          </Link>
        }
      >
        The address may be mistyped, or the page has moved.
      </EmptyState>
    </div>
  );
}
