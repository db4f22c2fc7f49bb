import { findStatesToCome, largestDeliveries, listKeptTrainings } from "@trainchain/db/replays";
import { mostStatesBytes, statesBytes } from "@trainchain/protocol";
import type { Deps } from "../deps.ts";

/** How often what was delivered to a job lies here besides while it is judged: in the clear, merged, and as a bundle. */
const timesJudged = 3;

/**
 * Room that datasets and adapters may not take, lest what is delivered cannot be judged, and is paid: for the states
 * that were asked for in the first half of a review, for those of one more training, and for what the worker makes of a
 * job's deliveries. What is asked for later has the room of that one, and what else is free: nobody keeps adapters out by it.
 */
export async function reservedBytes({
  connection: { db },
  platform: { escrow },
}: Pick<Deps, "connection" | "platform">): Promise<number> {
  const [toCome, kept, deliveries] = await Promise.all([
    findStatesToCome(db, escrow),
    listKeptTrainings(db, escrow),
    largestDeliveries(db, escrow),
  ]);
  const oneMore = Math.max(statesBytes(0, toCome.largestBytes), ...kept.map(mostStatesBytes));
  return toCome.keptBytes + oneMore + timesJudged * deliveries;
}
