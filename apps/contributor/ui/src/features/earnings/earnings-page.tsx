import { useQuery, useQueryClient } from "@tanstack/react-query";
import { withdraw } from "@trainchain/chain";
import { type Address, type ContributionView, counted, describeContribution } from "@trainchain/protocol";
import {
  Amount,
  Badge,
  Button,
  buttonClasses,
  Card,
  Cell,
  DownloadIcon,
  EmptyState,
  ErrorNotice,
  ExternalLink,
  HeaderCell,
  Loading,
  RelativeTime,
  Row,
  Skeleton,
  Stat,
  showToast,
  Table,
  TableBody,
  TableHead,
} from "@trainchain/ui";
import type { ReactNode } from "react";
import { useAppState } from "../../agent/live-state.ts";
import { type Earnings, earningsQuery } from "../../agent/queries.ts";
import { send } from "../../agent/request.ts";
import { modelName } from "../../shell/format.ts";
import { Page } from "../../shell/page.tsx";
import { useAction } from "../../shell/use-action.ts";
import { useSigner } from "../../wallet/use-wallet.ts";

/** What was earned, what is on its way and why it waits, and what was lost. */
export function EarningsPage() {
  const { wallet } = useAppState();
  const {
    data: earnings,
    error,
    refetch,
  } = useQuery({ ...earningsQuery, enabled: Boolean(wallet?.delegate) });
  return (
    <Page
      title="Earnings"
      lead="As the chain has it: every slot that this wallet took, on this machine or another."
      actions={
        <a href="/api/earnings.csv" download className={buttonClasses("secondary", "small")}>
          <DownloadIcon /> CSV
        </a>
      }
    >
      {error && <ErrorNotice error={error} onRetry={() => void refetch()} />}
      {!earnings && !error && (
        <Loading label="Fetching your earnings">
          <Skeleton className="h-40 w-full" />
        </Loading>
      )}
      {earnings && (
        <>
          <Totals earnings={earnings} />
          {earnings.contributions.length === 0 ? (
            <EmptyState title="Nothing earned yet">Every job that you accept appears here.</EmptyState>
          ) : (
            <Contributions contributions={earnings.contributions} />
          )}
        </>
      )}
    </Page>
  );
}

function Totals({ earnings }: { earnings: Earnings }) {
  const { contributions, earnedWei, requesters, withdrawableWei, balanceWei } = earnings;
  const pendingWei = contributions.reduce((sum, { pendingWei: wei }) => sum + BigInt(wei ?? "0"), 0n);
  return (
    <Card>
      {/* A column is as wide as a balance of millions. */}
      <dl className="grid grid-cols-[repeat(auto-fit,minmax(min(100%,12.5rem),1fr))] gap-6">
        <Stat label="Earned" value={<Amount wei={earnedWei} withWorth />} note={paidBy(requesters)} />
        <Stat label="Pending" value={<Amount wei={pendingWei} withWorth />} note="if accepted" />
        <Stat
          label="To withdraw"
          value={<Amount wei={withdrawableWei} withWorth />}
          note={withdrawableWei === "0" ? "nothing waits" : <Withdraw />}
        />
        <Stat
          label="Wallet"
          value={<Amount wei={balanceWei} withWorth />}
          note="pays the gas of accepting, where it has any"
        />
      </dl>
    </Card>
  );
}

/** By whom: it is what requesters see of a contributor, beside the jobs it completed. */
function paidBy(requesters: number): string {
  if (requesters === 0) return "paid to your wallet";
  return `paid to your wallet by ${counted(requesters, "requester")}`;
}

/** A payment that the wallet refused waits in the escrow. */
function Withdraw() {
  const { platform } = useAppState();
  const getSigner = useSigner();
  const queryClient = useQueryClient();
  const fetchIt = useAction(async () => {
    if (!platform.config) return;
    const transaction = await withdraw(await getSigner(), { escrow: platform.config.escrow as Address });
    await send("POST", "transactions/confirm", { transaction });
    showToast("Withdrawn to your wallet.", "positive");
    await queryClient.invalidateQueries({ queryKey: earningsQuery.queryKey });
  });
  return (
    <>
      <Button size="small" busy={fetchIt.busy} onClick={fetchIt.run}>
        Withdraw
      </Button>
      {fetchIt.error !== undefined && <ErrorNotice error={fetchIt.error} />}
    </>
  );
}

function Contributions({ contributions }: { contributions: ContributionView[] }) {
  const { platform } = useAppState();
  const explorer = platform.config?.explorerUrl;
  return (
    <Table caption="Slots taken">
      <TableHead>
        <HeaderCell>Job</HeaderCell>
        <HeaderCell>Accepted</HeaderCell>
        <HeaderCell>State</HeaderCell>
        <HeaderCell className="text-right">Earned</HeaderCell>
        <HeaderCell className="text-right">Pending</HeaderCell>
        <HeaderCell>Why</HeaderCell>
      </TableHead>
      <TableBody>
        {contributions.map((entry) => {
          const { text, tone, why } = describeContribution(entry);
          return (
            <Row key={`${entry.escrow}/${entry.jobId}/${entry.acceptedAt}`}>
              <Cell>
                <span className="font-medium">{modelName(entry.model)}</span>
                <span className="block text-muted">
                  {explorer ? (
                    <ExternalLink
                      href={`${explorer}/address/${entry.escrow}`}
                      className="underline underline-offset-4"
                    >
                      Job {entry.jobId}
                    </ExternalLink>
                  ) : (
                    `Job ${entry.jobId}`
                  )}
                  , slot {entry.slot}
                </span>
              </Cell>
              <Cell label="Accepted">
                <TransactionLink hash={entry.transactions.accepted}>
                  <RelativeTime at={entry.acceptedAt} />
                </TransactionLink>
              </Cell>
              <Cell label="State">
                <Badge tone={tone}>{text}</Badge>
                {entry.transactions.submitted && (
                  <span className="block text-muted">
                    <TransactionLink hash={entry.transactions.submitted}>delivery</TransactionLink>
                  </span>
                )}
              </Cell>
              <Cell label="Earned" className="text-right">
                <TransactionLink hash={entry.transactions.ended}>
                  {entry.paidWei ? <Amount wei={entry.paidWei} /> : "–"}
                </TransactionLink>
              </Cell>
              <Cell label="Pending" className="text-right">
                {entry.pendingWei ? <Amount wei={entry.pendingWei} /> : "–"}
              </Cell>
              <Cell label="Why" className="max-w-80 whitespace-normal text-muted">
                {why}
              </Cell>
            </Row>
          );
        })}
      </TableBody>
    </Table>
  );
}

/** A transaction in the chain's explorer, where there is one. */
function TransactionLink({ hash, children }: { hash: string | null; children: ReactNode }) {
  const explorer = useAppState().platform.config?.explorerUrl;
  if (!explorer || !hash) return children;
  return (
    <ExternalLink href={`${explorer}/tx/${hash}`} className="underline underline-offset-4">
      {children}
      <span className="sr-only"> in the explorer</span>
    </ExternalLink>
  );
}
