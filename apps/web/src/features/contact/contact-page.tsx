import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Card } from "@trainchain/ui";
import type { ReactNode } from "react";
import { configQuery } from "../../api/open-queries.ts";
import { Page } from "../../shell/page.tsx";

export default function ContactPage() {
  const { data: config } = useQuery(configQuery);
  const { contactEmail, sourceUrl } = config ?? {};
  return (
    <Page title="Contact" lead="Who to ask, depending on what it is about." width="text">
      <div className="grid gap-4">
        <Card title="About your job or your money">
          <p className="text-muted">
            The job’s page says what happens next and until when. When something failed, the message there
            carries a request id: send it along, and your question is answered faster. Nobody here can move
            money that the contract holds, and nobody will ever ask for your recovery phrase.
          </p>
        </Card>
        <Card title="About how it works">
          <p className="text-muted">
            Most questions are answered in the <DocsLink>documentation</DocsLink>
            {sourceUrl && (
              <>
                , and the <Outside href={sourceUrl}>source code</Outside> is open: an issue there reaches the
                people who build it
              </>
            )}
            .
          </p>
        </Card>
        <Card title="About a security problem">
          <p className="text-muted">
            Please report it in private{contactEmail ? "" : " to whoever runs this platform"}, with the steps
            to show it, and give us time to mend it before you publish it. The contract cannot be paused or
            changed, so what concerns it matters most.
          </p>
        </Card>
        {contactEmail ? (
          <p>
            Write to <Outside href={`mailto:${contactEmail}`}>{contactEmail}</Outside>.
          </p>
        ) : (
          config && (
            <p className="text-sm text-muted">
              Whoever runs this platform has not published an address. (CONTACT_EMAIL and SOURCE_URL in the
              API’s settings appear here.)
            </p>
          )
        )}
      </div>
    </Page>
  );
}

function Outside({ href, children }: { href: string; children: ReactNode }) {
  return (
    <a href={href} rel="noreferrer" className="text-accent-text underline underline-offset-4">
      {children}
    </a>
  );
}

function DocsLink({ children }: { children: ReactNode }) {
  return (
    <Link to="/docs" className="text-accent-text underline underline-offset-4">
      {children}
    </Link>
  );
}
