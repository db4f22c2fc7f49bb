import { contributorProfiles, contributorStats } from "../schema/index.ts";
import { profileId } from "./profile-id.ts";
import { ratingOf } from "./rating-of.ts";

/** What anybody may see of a contributor. */
export const contributorColumns = {
  profileId,
  stats: contributorStats,
  gpuTier: contributorProfiles.gpuTier,
  gpuMeasured: contributorProfiles.gpuMeasured,
  rating: ratingOf,
};
