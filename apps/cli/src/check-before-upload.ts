import { getGasPriceWei } from "@trainchain/chain";
import { placeOfProblem, scanFile } from "@trainchain/dataset";
import { openDatasetFile } from "@trainchain/dataset/node";
import { localModelName, quoteJob, stakeOfRound, TrainChainError } from "@trainchain/protocol";
import { formatEther } from "viem";
import { getBalance } from "viem/actions";
import { counted, type Output } from "./output.ts";
import type { Platform, WalletPlatform } from "./platform.ts";

/** Refuses a file that the platform would refuse, with its first problem. */
export async function assertUsableRows(file: string, output: Output): Promise<void> {
  output.note(`checking ${file}`);
  const { ok, errors, problems } = await scanFile(await openDatasetFile(file));
  if (ok) return;
  const first = problems.find(({ severity }) => severity === "error");
  const what = first ? `${placeOfProblem(first)} ${first.problem}` : "nothing in it can be used";
  throw new TrainChainError("dataset-invalid", `${file}: ${what} (${counted(errors, "error")} in all)`, {
    fix: `${first?.fix ?? "See docs/dataset-format.md."} All of them: trainchain dataset check ${file}. Nothing was sent.`,
  });
}

/** Refuses a base model that the platform does not offer. */
export function assertOffered(model: string, { config }: Platform): void {
  if (config.models.some(({ id }) => id === model || id === localModelName(model))) return;
  throw new TrainChainError("invalid-input", `model: "${model}" is not offered here`, {
    fix: `Choose one of ${config.models.map(({ id }) => id).join(", ")}. Nothing was sent.`,
  });
}

/** Refuses a request whose first stake the wallet cannot pay, with gas, and says what is missing. */
export async function assertAffordable(
  { reader, config, account }: WalletPlatform,
  { rewardWei, rounds, slots }: { rewardWei: bigint; rounds: number; slots: number },
): Promise<void> {
  const [balanceWei, gasPriceWei] = await Promise.all([
    getBalance(reader, { address: account.address }),
    getGasPriceWei(reader, config.chainId),
  ]);
  const stakeWei = stakeOfRound(rewardWei, rounds, 1);
  const terms = { minContributors: slots, maxContributors: slots, bondWei: 0n };
  const { gas } = quoteJob({ ...terms, rewardWei: stakeWei, feeBps: config.feeBps, gasPriceWei });
  const neededWei = stakeWei + (gas.requesterWei ?? 0n);
  if (balanceWei >= neededWei) return;
  const inPol = (wei: bigint) => `${formatEther(wei)} POL`;
  throw new TrainChainError(
    "insufficient-funds",
    `${account.address} has ${inPol(balanceWei)}; the job takes ${inPol(neededWei)} with gas`,
    { fix: `Send it ${inPol(neededWei - balanceWei)} more, or offer less. Nothing was sent or paid.` },
  );
}
