import { type ConfigView, factsOf, type JobView, latestPayment } from "@trainchain/protocol";
import { Amount, Card, formatSpan, RelativeTime, WalletAddress } from "@trainchain/ui";
import type { ReactNode } from "react";
import { mayJoin } from "../../parts/describe-job-state.ts";
import { FactList } from "../../parts/fact-list.tsx";

/** The job's terms and spec, as they are public. */
export function JobFacts({ job, config }: { job: JobView; config: ConfigView }) {
  const { spec, terms } = job;
  const facts: [string, ReactNode][] = [
    [
      "Requester",
      <WalletAddress
        key="requester"
        address={job.requester}
        href={config.explorerUrl && `${config.explorerUrl}/address/${job.requester}`}
      />,
    ],
    ["Stake", <Amount key="stake" wei={job.stakeWei} decimals={6} withWorth />],
    ["Share of each contributor", <Amount key="share" wei={job.shareWei} decimals={6} withWorth />],
    ["Platform fee", <Amount key="fee" wei={job.feeWei} decimals={6} />],
    ["Contributors", rangeOf(terms)],
  ];
  if (mayJoin(job) && terms.acceptBy)
    facts.push(["Joining ends", <RelativeTime key="accept" at={terms.acceptBy} />]);
  facts.push(["Time to train", formatSpan(terms.trainingPeriodSeconds)]);
  facts.push(["Time to verify", formatSpan(terms.reviewPeriodSeconds)]);
  const paidBy = job.status === "open" ? latestPayment(terms) : null;
  if (paidBy) facts.push(["Paid at the latest", <RelativeTime key="paid" at={paidBy} />]);
  if (BigInt(terms.bondWei) > 0n)
    facts.push([
      "Bond",
      <span key="bond">
        <Amount wei={terms.bondWei} decimals={6} />
        {terms.bondBps !== undefined && ", kept until the verdict; burned where nothing is delivered in time"}
      </span>,
    ]);
  if (terms.permitOnly) facts.push(["Slots", "for wallets that the requester permits"]);
  if (terms.referee)
    facts.push([
      "Hears appeals",
      <WalletAddress
        key="referee"
        address={terms.referee}
        href={config.explorerUrl && `${config.explorerUrl}/address/${terms.referee}`}
      />,
    ]);
  if (spec) {
    facts.push(...factsOf(spec));
    if (spec.description) facts.push(["Description", spec.description]);
  }
  return (
    <Card title="Terms">
      <FactList facts={facts} />
    </Card>
  );
}

function rangeOf({ minContributors, maxContributors }: JobView["terms"]): string {
  return minContributors === maxContributors
    ? String(maxContributors)
    : `${minContributors} to ${maxContributors}`;
}
