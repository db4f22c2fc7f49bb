import { assertChainId } from "@trainchain/chain";
import { TrainChainError } from "@trainchain/protocol";
import type { Deps } from "../deps.ts";

/** Rejects while the database or the chain does not answer, or nothing is heard of jobs' changes. */
export async function assertReady({
  connection,
  chain,
  platform,
  feed,
}: Pick<Deps, "connection" | "chain" | "platform" | "feed">) {
  await connection.sql`select 1`;
  await assertChainId(chain, platform.chainId);
  if (feed.isHearing()) return;
  throw new TrainChainError(
    "database-unavailable",
    "the feed of jobs' changes has no connection to the database",
    {
      fix: "It is taken up again by itself; where it is not, look for the limit of connections of PostgreSQL.",
    },
  );
}
