import { findStatesToCome, largestDeliveries, listKeptTrainings } from "@trainchain/db/replays";
import { mostStatesBytes, statesBytes } from "@trainchain/protocol";
import type { Deps } from "../deps.ts";

/** How often what was delivered to a job lies here besides while it is judged: in the clear, merged, and as a bundle. */
const timesJudged = 3;

/**
 * Room that datasets and adapters may not take, lest what is delivered cannot be judged, and is paid: for the states of
 * all trainings that are drawn and not judged, or of one that may be, and for what the worker makes of a job's deliveries.
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
  const states = Math.max(statesBytes(toCome.bytes, toCome.largestBytes), ...kept.map(mostStatesBytes));
  return states + timesJudged * deliveries;
}
