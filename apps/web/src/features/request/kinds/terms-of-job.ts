import type { JobView } from "@trainchain/protocol";
import { writePol } from "@trainchain/ui";

/** What the forms of every kind have in common, as a job had it. */
export function termsOfJob({ terms, stakeWei, spec, createdAt, series }: JobView) {
  const { acceptBy, trainingPeriodSeconds, reviewPeriodSeconds, bondWei, permitOnly } = terms;
  const acceptWithin = acceptBy ? (Date.parse(acceptBy) - Date.parse(createdAt)) / 1_000 : undefined;
  return {
    title: spec?.title ?? "",
    description: spec?.description ?? "",
    reward: writePol(BigInt(stakeWei) * BigInt(series?.rounds ?? 1)),
    ...(acceptWithin === undefined ? {} : { acceptWithinSeconds: toHours(acceptWithin) }),
    ...{ trainingPeriodSeconds, reviewPeriodSeconds },
    bond: writePol(BigInt(bondWei)),
    slotsFor: permitOnly ? "permitted" : "anybody",
  };
}

/** Signing took some seconds of it. */
function toHours(seconds: number): number {
  return Math.max(1, Math.round(seconds / 3_600)) * 3_600;
}
