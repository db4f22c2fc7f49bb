import { useQuery } from "@tanstack/react-query";
import { type ConfigView, leastRewardWei, quoteJob, stakeOfRound } from "@trainchain/protocol";
import { Amount } from "@trainchain/ui";
import type { ReactNode } from "react";
import { useSession } from "../../session/session-context.ts";
import { gasPriceQuery } from "./gas-price.ts";

/** What the job will cost and pay, by the escrow's own arithmetic, before anything is signed. */
export function RewardPreview({
  config,
  rewardWei,
  contributors,
  minContributors,
  rounds,
  rows,
  unit = "rows",
}: {
  config: ConfigView;
  rewardWei: bigint;
  contributors: number;
  minContributors: number;
  rounds: number;
  /** Rows of the checked file, where it is known. */
  rows: number | undefined;
  /** What the data is counted in. */
  unit?: string;
}) {
  const { status } = useSession();
  // Read through the wallet, which nobody has here before signing in.
  const { data: gasPriceWei } = useQuery({ ...gasPriceQuery, enabled: status === "signed-in" });
  const stakeWei = stakeOfRound(rewardWei, rounds, 1);
  const quote = quoteJob({
    rewardWei: stakeWei,
    feeBps: config.feeBps,
    minContributors: Math.min(minContributors, contributors),
    maxContributors: contributors,
    bondWei: 0n,
    gasPriceWei,
  });
  const leastWei = leastRewardWei({ rounds, contributors }, config);
  const perRound = rounds > 1 ? " a round" : "";
  return (
    <div className="grid gap-2 rounded-card bg-sunken p-4 text-sm">
      <dl className="grid gap-2">
        <Line label={rounds > 1 ? `You stake now, for round 1 of ${rounds}` : "You stake"} strong>
          <Amount wei={quote.totalWei} decimals={6} withWorth />
        </Line>
        <Line
          label={`${contributors === 1 ? "The contributor" : `Each of ${contributors} contributors`} is paid${perRound}`}
          strong
        >
          <Amount wei={quote.shareWei} decimals={6} withWorth />
        </Line>
        <Line label={`Platform fee${perRound}, ${config.feeBps / 100} %`}>
          <Amount wei={quote.feeWei} decimals={6} withWorth />
        </Line>
        {rows !== undefined && rows > 0 && (
          <Line label={`Price per 1,000 ${unit}${perRound}`}>
            <Amount wei={(stakeWei * 1_000n) / BigInt(rows)} decimals={6} withWorth />
          </Line>
        )}
        {minContributors < contributors && (
          <Line
            label={`You spend, with ${minContributors} ${minContributors === 1 ? "delivery" : "deliveries"} only`}
          >
            <Amount wei={quote.requester.leastSpentOnResultWei} decimals={6} withWorth />
          </Line>
        )}
        <Line label="You spend, when nobody delivers">
          <Amount wei={quote.requester.leastSpentWei} withWorth />
        </Line>
        <Line label="Network fee of opening the job, about">
          {quote.gas.requesterWei === undefined ? (
            "shown by your wallet"
          ) : (
            <Amount wei={quote.gas.requesterWei} decimals={6} withWorth />
          )}
        </Line>
        {quote.remainderWei > 0n && (
          <Line label="Does not divide, back to you">{quote.remainderWei.toString()} wei</Line>
        )}
      </dl>
      {rewardWei < leastWei && <TooLittle leastShareWei={config.leastShareWei} leastWei={leastWei} />}
    </div>
  );
}

function TooLittle({ leastShareWei, leastWei }: { leastShareWei: string; leastWei: bigint }) {
  return (
    <p role="alert" className="text-danger-text">
      Each delivery has to be paid <Amount wei={leastShareWei} decimals={6} /> at least: offer{" "}
      <Amount wei={leastWei} decimals={6} /> or more, or ask for fewer contributors.
    </p>
  );
}

function Line({ label, strong = false, children }: { label: string; strong?: boolean; children: ReactNode }) {
  return (
    <div className="flex flex-wrap justify-between gap-x-4">
      <dt className="text-muted">{label}</dt>
      <dd className={strong ? "font-semibold" : undefined}>{children}</dd>
    </div>
  );
}
