import { type ErrorComponentProps, useRouter } from "@tanstack/react-router";
import { Button, ErrorNotice } from "@trainchain/ui";
import { Page } from "./page.tsx";

/** What stands in a page's place when it breaks: navigation around it goes on working. */
export function ErrorPage({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  // A new version of the site removes the old one's scripts: only a reload brings the new ones.
  const outdated = /dynamically imported module|module script/i.test(String(error));
  return (
    <Page title={outdated ? "This page has a new version" : "Something broke on this page"} width="text">
      {outdated ? (
        <p>The site was updated, or the connection was lost, while it was open here.</p>
      ) : (
        <ErrorNotice error={error} />
      )}
      <div className="flex gap-3">
        <Button onClick={() => window.location.reload()}>Reload</Button>
        {!outdated && (
          <Button
            variant="secondary"
            onClick={() => {
              reset();
              void router.invalidate();
            }}
          >
            Try again
          </Button>
        )}
      </div>
    </Page>
  );
}
