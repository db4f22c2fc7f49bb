import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { type ContributorProfileView, nameOfKind, TrainChainError } from "@trainchain/protocol";
import {
  Badge,
  buttonClasses,
  Card,
  Cell,
  EmptyState,
  ErrorNotice,
  HeaderCell,
  Loading,
  Rating,
  RelativeTime,
  Row,
  Skeleton,
  Stat,
  Table,
  TableBody,
  TableHead,
  type Tone,
  WalletAddress,
} from "@trainchain/ui";
import { contributorQuery } from "../../api/open-queries.ts";
import { CompletedJobs } from "../../parts/completed-jobs.tsx";
import { JobLink } from "../../parts/job-link.tsx";
import { PaidWork } from "../../parts/paid-work.tsx";
import { Page } from "../../shell/page.tsx";
import { ActiveBadge, GpuTierLabel } from "./contributor-table.tsx";

type Entry = ContributorProfileView["history"][number];

const outcomes: Record<Entry["outcome"], { tone: Tone; text: string }> = {
  paid: { tone: "positive", text: "Delivered and paid" },
  rejected: { tone: "danger", text: "Delivery rejected" },
  released: { tone: "warning", text: "Missed the deadline" },
  "not-delivered": { tone: "neutral", text: "Not delivered" },
};

export default function ContributorProfilePage() {
  const { profileId } = useParams({ from: "/contributors/$profileId" });
  const { data, error, refetch } = useQuery(contributorQuery(profileId));
  if (error instanceof TrainChainError && (error.code === "not-found" || error.code === "invalid-input"))
    return (
      <Page title="Contributor">
        <EmptyState
          title="There is no such contributor"
          action={
            <Link to="/contributor-pool" className={buttonClasses("secondary")}>
              All contributors
            </Link>
          }
        >
          Perhaps the address is mistyped.
        </EmptyState>
      </Page>
    );
  if (error)
    return (
      <Page title="Contributor">
        <ErrorNotice error={error} onRetry={() => void refetch()} />
      </Page>
    );
  if (!data)
    return (
      <Page title="Contributor">
        <Loading label="The contributor’s record is loading">
          <Skeleton className="h-64 rounded-card" />
        </Loading>
      </Page>
    );
  return <Profile contributor={data} />;
}

function Profile({ contributor }: { contributor: ContributorProfileView }) {
  const { wallet, explorerUrl, active, memberSince, history } = contributor;
  return (
    <Page title={`Contributor ${wallet}`} actions={<ActiveBadge active={active} />}>
      <Card>
        <dl className="grid grid-cols-2 gap-6 sm:grid-cols-3 lg:grid-cols-6">
          <CompletedJobs of={contributor} />
          <Stat
            label="Paid work"
            value={
              <span className="text-base font-medium">
                <PaidWork of={contributor} />
              </span>
            }
          />
          <Stat label="Rating" value={<Rating rating={contributor.rating} />} />
          <Stat label="Member since" value={<RelativeTime at={memberSince} />} />
          <Stat
            label="GPU tier"
            value={
              <span className="text-base font-medium">
                <GpuTierLabel contributor={contributor} />
              </span>
            }
          />
        </dl>
        {explorerUrl && (
          <p className="mt-6 text-sm text-muted">
            On the block explorer: <WalletAddress address={wallet} href={explorerUrl} />
          </p>
        )}
      </Card>
      <section className="grid gap-4">
        <h2 className="text-xl font-semibold">Closed jobs</h2>
        {history.length === 0 ? (
          <EmptyState title="No closed job yet" headingLevel="h3">
            What this contributor works on now is shown when it is over.
          </EmptyState>
        ) : (
          <Table caption="Closed jobs of this contributor">
            <TableHead>
              <HeaderCell>Job</HeaderCell>
              <HeaderCell>Kind</HeaderCell>
              <HeaderCell>Outcome</HeaderCell>
              <HeaderCell>Accepted</HeaderCell>
              <HeaderCell>Closed</HeaderCell>
            </TableHead>
            <TableBody>
              {history.map((entry) => (
                <Row key={`${entry.escrow}/${entry.jobId}`}>
                  <Cell>
                    <JobLink jobId={entry.jobId} escrow={entry.escrow} />
                  </Cell>
                  <Cell label="Kind">{nameOfKind(entry.kind)}</Cell>
                  <Cell label="Outcome">
                    <Badge tone={outcomes[entry.outcome].tone}>{outcomes[entry.outcome].text}</Badge>
                  </Cell>
                  <Cell label="Accepted">
                    <RelativeTime at={entry.acceptedAt} />
                  </Cell>
                  <Cell label="Closed">{entry.closedAt && <RelativeTime at={entry.closedAt} />}</Cell>
                </Row>
              ))}
            </TableBody>
          </Table>
        )}
      </section>
    </Page>
  );
}
