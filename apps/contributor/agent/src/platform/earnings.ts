import { type ApiClient, listAll } from "@trainchain/api-client";
import type { ContributionView } from "@trainchain/protocol";

/** Every slot that the wallet ever took, the latest first. */
export function listContributions(api: ApiClient): Promise<ContributionView[]> {
  return listAll(api.listMyContributions);
}
