import { findContributor } from "@trainchain/db/market";
import { TrainChainError } from "@trainchain/protocol";
import { z } from "zod";
import type { Deps } from "../deps.ts";

export const contributorParams = z.object({
  profileId: z.string().regex(/^[0-9a-f]{16}$/, "expected a profile id: 16 hexadecimal digits"),
});

/** The contributor of a public profile, or a refusal. */
export async function getContributorRecord({ connection }: Pick<Deps, "connection">, profileId: string) {
  const found = await findContributor(connection.db, profileId);
  if (found) return found;
  throw new TrainChainError("not-found", `there is no contributor ${profileId}`, {
    fix: "GET /jobs/contributor-pool lists all of them.",
  });
}
