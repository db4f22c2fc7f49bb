import { TrainChainError } from "@trainchain/protocol";
import type { Deps } from "../deps.ts";

/** Rejects while the database or the chain does not answer. */
export async function assertReady({
  connection,
  chain,
  platform,
}: Pick<Deps, "connection" | "chain" | "platform">) {
  await connection.sql`select 1`;
  const chainId = await chain.getChainId().catch(() => undefined);
  if (chainId === platform.chainId) return;
  throw new TrainChainError("chain-unavailable", `the chain ${platform.chainId} does not answer`, {
    fix: "Check RPC_URL and CHAIN_ID.",
  });
}
