import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { confirmTransaction, withdraw } from "@trainchain/chain";
import type { BalanceView, ContributionView } from "@trainchain/protocol";
import {
  Amount,
  Button,
  Card,
  DownloadIcon,
  EmptyState,
  ErrorNotice,
  Loading,
  Skeleton,
  Stat,
  showToast,
  WalletAddress,
} from "@trainchain/ui";
import { useEffect } from "react";
import { myBalanceQuery, myContributionsQuery, myProfileQuery } from "../../api/queries.ts";
import { BecomeContributor } from "../../parts/become-contributor.tsx";
import { RequireSession } from "../../session/require-session.tsx";
import { useEscrowCall } from "../../session/use-escrow-call.ts";
import { Page } from "../../shell/page.tsx";
import { saveCsv } from "./save-csv.ts";

export default function EarningsPage() {
  return (
    <Page title="Earnings">
      <RequireSession purpose="Your earnings belong to your wallet.">
        <Earnings />
      </RequireSession>
    </Page>
  );
}

function Earnings() {
  const profile = useQuery(myProfileQuery);
  const balance = useQuery(myBalanceQuery);
  const { contributions, isComplete } = useAllContributions();
  const error = profile.error ?? balance.error;
  if (error) return <ErrorNotice error={error} onRetry={() => void profile.refetch()} />;
  if (!profile.data || !balance.data) {
    return (
      <Loading label="Loading your earnings">
        <Skeleton className="h-40" />
      </Loading>
    );
  }
  const pendingWei = contributions.reduce((sum, { pendingWei: own }) => sum + BigInt(own ?? "0"), 0n);
  return (
    <div className="grid gap-6">
      <dl className="grid grid-cols-2 gap-4 lg:grid-cols-4">
        <Stat
          label="Earned"
          value={<Amount wei={profile.data.earnedWei} withWorth />}
          note="paid into your wallet or credited"
        />
        <Stat
          label="Pending"
          value={<Amount wei={pendingWei} withWorth />}
          note="if your open work is accepted"
        />
        <Stat label="Jobs completed" value={profile.data.jobsCompleted} />
        <Stat label="Jobs accepted" value={profile.data.jobsAccepted} />
      </dl>
      <Withdrawal balance={balance.data} />
      {isComplete && contributions.length === 0 ? (
        <NoContribution />
      ) : (
        <Contributions contributions={contributions} isComplete={isComplete} />
      )}
    </div>
  );
}

function NoContribution() {
  return (
    <EmptyState title="You have not worked on a job yet" action={<BecomeContributor />}>
      What each slot earned, and what is still to come, is added up here.
    </EmptyState>
  );
}

function Contributions({
  contributions,
  isComplete,
}: {
  contributions: ContributionView[];
  isComplete: boolean;
}) {
  return (
    <Card
      title="Every contribution"
      actions={
        <Button
          variant="secondary"
          size="small"
          icon={<DownloadIcon />}
          disabled={!isComplete}
          onClick={() => saveCsv(contributions)}
        >
          Save as CSV
        </Button>
      }
    >
      <p className="text-muted">
        {contributions.length} in all: job, state, times, POL paid and pending, transactions, one line each.
      </p>
    </Card>
  );
}

/** All pages, one after the other: sums and the CSV must miss nothing. */
function useAllContributions(): { contributions: ContributionView[]; isComplete: boolean } {
  const { data, hasNextPage, isFetching, fetchNextPage } = useInfiniteQuery(myContributionsQuery);
  useEffect(() => {
    if (hasNextPage && !isFetching) void fetchNextPage();
  }, [hasNextPage, isFetching, fetchNextPage]);
  return {
    contributions: data?.pages.flatMap(({ items }) => items) ?? [],
    isComplete: Boolean(data) && !hasNextPage,
  };
}

function Withdrawal({ balance: { withdrawableWei, elsewhere } }: { balance: BalanceView }) {
  const queryClient = useQueryClient();
  const move = useEscrowCall(async ({ signer, reader, escrow }) => {
    await confirmTransaction(reader, await withdraw(signer, { escrow }));
    showToast("Withdrawn into your wallet.", "positive");
    await queryClient.invalidateQueries({ queryKey: myBalanceQuery.queryKey });
  });
  const nothing = BigInt(withdrawableWei) === 0n;
  return (
    <Card title="To withdraw">
      <div className="grid gap-4">
        {move.error && <ErrorNotice error={move.error} />}
        <div className="flex flex-wrap items-center justify-between gap-4">
          <p className="max-w-prose text-muted">
            {nothing
              ? "Nothing waits: payments go straight into your wallet. Only what a wallet cannot receive is kept here."
              : "A payment could not be received by your wallet. It is kept for you by the contract."}
          </p>
          {!nothing && (
            <Button busy={move.isPending} onClick={() => move.mutate(undefined)}>
              Withdraw <Amount wei={withdrawableWei} decimals={6} />
            </Button>
          )}
        </div>
        {elsewhere.map((kept) => (
          <p key={kept.escrow} className="text-sm text-muted">
            <Amount wei={kept.withdrawableWei} decimals={6} /> more are kept by a contract where this platform
            stood before, <WalletAddress address={kept.escrow} />: call withdraw() there, from this wallet.
          </p>
        ))}
      </div>
    </Card>
  );
}
