import { useInfiniteQuery } from "@tanstack/react-query";
import { type ContributionView, describeContribution, isContested } from "@trainchain/protocol";
import {
  Amount,
  Badge,
  Cell,
  EmptyState,
  ErrorNotice,
  HeaderCell,
  Loading,
  RelativeTime,
  Row,
  Skeleton,
  Table,
  TableBody,
  TableHead,
} from "@trainchain/ui";
import { myContributionsQuery } from "../../api/queries.ts";
import { BecomeContributor } from "../../parts/become-contributor.tsx";
import { JobLink } from "../../parts/job-link.tsx";
import { RequireSession } from "../../session/require-session.tsx";
import { Page } from "../../shell/page.tsx";
import { ShowMore } from "../../shell/show-more.tsx";

export default function MyContributionsPage() {
  return (
    <Page title="My Contributions" lead="Every slot that your wallet took, and what came of it.">
      <RequireSession purpose="What you worked on belongs to your wallet.">
        <Contributions />
      </RequireSession>
    </Page>
  );
}

function Contributions() {
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    ...myContributionsQuery,
    refetchInterval: 15_000,
  });
  if (error) return <ErrorNotice error={error} onRetry={() => void refetch()} />;
  if (!data) {
    return (
      <Loading label="Loading your contributions">
        <Skeleton className="h-48" />
      </Loading>
    );
  }
  const contributions = data.pages.flatMap(({ items }) => items);
  if (contributions.length === 0) {
    return (
      <EmptyState title="No contribution yet" action={<BecomeContributor />}>
        The contributor app takes jobs, trains on your machine and hands the work in.
      </EmptyState>
    );
  }
  return (
    <div className="grid gap-4">
      <Table caption="Your contributions">
        <TableHead>
          <HeaderCell>Job</HeaderCell>
          <HeaderCell>State</HeaderCell>
          <HeaderCell>Joined</HeaderCell>
          <HeaderCell>Deadline</HeaderCell>
          <HeaderCell className="text-right">Paid or pending</HeaderCell>
        </TableHead>
        <TableBody>
          {contributions.map((one) => (
            <ContributionRow key={`${one.escrow}/${one.jobId}`} contribution={one} />
          ))}
        </TableBody>
      </Table>
      <ShowMore {...{ hasNextPage, isFetchingNextPage, fetchNextPage }} />
    </div>
  );
}

function ContributionRow({ contribution }: { contribution: ContributionView }) {
  const { text, tone, why } = describeContribution(contribution);
  const { jobId, escrow, model, acceptedAt, deadline, status, paidWei, pendingWei, paidBy } = contribution;
  return (
    <Row>
      <Cell>
        <JobLink jobId={jobId} escrow={escrow} />
        <span className="block text-muted">{model}</span>
      </Cell>
      <Cell label="State" className="whitespace-normal">
        <Badge tone={tone}>{text}</Badge>
        <span className="mt-1 block text-muted">{why}</span>
      </Cell>
      <Cell label="Joined">
        <RelativeTime at={acceptedAt} />
      </Cell>
      <Cell label="Deadline">
        {deadline && (status === "accepted" || isContested({ status })) ? (
          <RelativeTime at={deadline} />
        ) : (
          "–"
        )}
      </Cell>
      <Cell label="Paid or pending" className="text-right">
        {paidWei ? (
          <Amount wei={paidWei} decimals={6} />
        ) : pendingWei ? (
          <>
            <Amount wei={pendingWei} decimals={6} />{" "}
            <span className="text-muted">
              pending
              {paidBy && (
                <span className="block text-sm">
                  at the latest <RelativeTime at={paidBy} />
                </span>
              )}
            </span>
          </>
        ) : (
          "–"
        )}
      </Cell>
    </Row>
  );
}
