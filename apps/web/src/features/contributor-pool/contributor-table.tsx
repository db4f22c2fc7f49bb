import { Link } from "@tanstack/react-router";
import type { ContributorView } from "@trainchain/protocol";
import {
  Badge,
  Cell,
  HeaderCell,
  Rating,
  RelativeTime,
  Row,
  SortableHeaderCell,
  Table,
  TableBody,
  TableHead,
  WalletAddress,
} from "@trainchain/ui";
import { PaidWork } from "../../parts/paid-work.tsx";

export type PoolSort = "standing" | "jobsCompleted" | "completionRate" | "memberSince";

/** The pool, best first by one of four columns; members since longest first. */
export function ContributorTable({
  contributors,
  sort,
  onSort,
}: {
  contributors: readonly ContributorView[];
  sort: PoolSort;
  onSort: (sort: PoolSort) => void;
}) {
  const sortable = (by: PoolSort, direction: "ascending" | "descending") => ({
    direction: sort === by ? direction : undefined,
    onSort: () => onSort(by),
  });
  return (
    <Table caption="Contributors">
      <TableHead>
        <HeaderCell>Wallet</HeaderCell>
        <SortableHeaderCell {...sortable("standing", "descending")}>Paid work</SortableHeaderCell>
        <SortableHeaderCell {...sortable("jobsCompleted", "descending")}>Jobs completed</SortableHeaderCell>
        <SortableHeaderCell {...sortable("completionRate", "descending")}>Completion rate</SortableHeaderCell>
        <HeaderCell>Rating</HeaderCell>
        <HeaderCell>Status</HeaderCell>
        <HeaderCell>GPU tier</HeaderCell>
        <SortableHeaderCell {...sortable("memberSince", "ascending")}>Member since</SortableHeaderCell>
        <HeaderCell>
          <span className="sr-only">Profile</span>
        </HeaderCell>
      </TableHead>
      <TableBody>
        {contributors.map((contributor) => (
          <ContributorRow key={contributor.profileId} contributor={contributor} />
        ))}
      </TableBody>
    </Table>
  );
}

function ContributorRow({ contributor }: { contributor: ContributorView }) {
  const { profileId, wallet, explorerUrl, jobsCompleted, completionRate, active, memberSince } = contributor;
  return (
    <Row>
      <Cell>
        <WalletAddress address={wallet} href={explorerUrl} />
      </Cell>
      <Cell label="Paid work">
        <PaidWork of={contributor} />
      </Cell>
      <Cell label="Jobs completed" className="tabular-nums">
        {jobsCompleted}
      </Cell>
      <Cell label="Completion rate">
        <CompletionRate rate={completionRate} />
      </Cell>
      <Cell label="Rating">
        <Rating rating={contributor.rating} />
      </Cell>
      <Cell label="Status">
        <ActiveBadge active={active} />
      </Cell>
      <Cell label="GPU tier">
        <GpuTierLabel contributor={contributor} />
      </Cell>
      <Cell label="Member since">
        <RelativeTime at={memberSince} />
      </Cell>
      <Cell className="text-right max-md:ml-auto">
        <Link
          to="/contributors/$profileId"
          params={{ profileId }}
          className="font-medium text-accent-text underline-offset-4 hover:underline"
        >
          Profile<span className="sr-only"> of {wallet}</span>
        </Link>
      </Cell>
    </Row>
  );
}

/** The share of ended jobs that were completed, as a figure and a bar. */
function CompletionRate({ rate }: { rate: number | null }) {
  if (rate === null) return <span className="text-muted">none yet</span>;
  const percent = Math.round(rate * 100);
  return (
    <span className="inline-flex items-center gap-2.5 tabular-nums">
      {percent} %
      <span className="h-1 w-14 overflow-hidden rounded-full bg-line" aria-hidden="true">
        <span className="block h-full bg-accent" style={{ width: `${percent}%` }} />
      </span>
    </span>
  );
}

export function ActiveBadge({ active }: { active: boolean }) {
  return active ? (
    <Badge tone="positive" dot>
      Training now
    </Badge>
  ) : (
    <span className="text-muted">Free</span>
  );
}

export function GpuTierLabel({ contributor: { gpuTier, gpuMeasured } }: { contributor: ContributorView }) {
  if (!gpuTier) return <span className="text-muted">not told</span>;
  return (
    <span className="inline-flex items-center gap-2">
      {gpuTier}
      {gpuMeasured && <Badge tone="info">measured</Badge>}
    </span>
  );
}
