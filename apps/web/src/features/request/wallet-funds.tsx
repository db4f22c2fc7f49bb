import { useQuery } from "@tanstack/react-query";
import { quoteJob } from "@trainchain/protocol";
import { Amount, ExternalLink, Notice } from "@trainchain/ui";
import { configQuery } from "../../api/open-queries.ts";
import { loadWallet } from "../../session/load-wallet.ts";
import { useSession } from "../../session/session-context.ts";
import { gasPriceQuery } from "./gas-price.ts";

/** What the signed-in wallet lacks of a stake and its gas, before anything is sent; nothing where it has enough. */
export function WalletFunds({ stakeWei }: { stakeWei: bigint }) {
  const { wallet } = useSession();
  const { data: gasPriceWei } = useQuery(gasPriceQuery);
  const { data: config } = useQuery(configQuery);
  const { data: balanceWei } = useQuery({
    queryKey: ["me", "coins", wallet],
    queryFn: async () => (await loadWallet()).balanceWei(wallet as `0x${string}`),
    enabled: wallet !== undefined,
    refetchInterval: 15_000,
    retry: false,
  });
  if (balanceWei === undefined) return null;
  const terms = { rewardWei: stakeWei, feeBps: 0, minContributors: 1, maxContributors: 1, bondWei: 0n };
  const neededWei = stakeWei + (quoteJob({ ...terms, gasPriceWei }).gas.requesterWei ?? 0n);
  if (balanceWei >= neededWei) return null;
  return (
    <Notice tone="warning" title="Your wallet has too little for this">
      It has <Amount wei={balanceWei} decimals={6} />; the job takes <Amount wei={neededWei} decimals={6} />{" "}
      with gas. Send it <Amount wei={neededWei - balanceWei} decimals={6} withWorth /> more
      {config?.fundingUrl && (
        <>
          {" "}
          (<ExternalLink href={config.fundingUrl}>where to get POL</ExternalLink>)
        </>
      )}
      , or offer less. You can prepare the job now and pay once the coins are there.
    </Notice>
  );
}
