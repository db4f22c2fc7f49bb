import { assertChainId } from "@trainchain/chain";
import type { Deps } from "../deps.ts";

/** Rejects while the database or the chain does not answer. */
export async function assertReady({
  connection,
  chain,
  platform,
}: Pick<Deps, "connection" | "chain" | "platform">) {
  await connection.sql`select 1`;
  await assertChainId(chain, platform.chainId);
}
