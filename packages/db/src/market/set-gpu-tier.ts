import type { GpuTier } from "@trainchain/protocol";
import type { Executor } from "../connect.ts";
import { contributorProfiles } from "../schema/index.ts";

export async function setGpuTier(
  db: Executor,
  { wallet, gpuTier, gpuMeasured }: { wallet: string; gpuTier: GpuTier; gpuMeasured: boolean },
): Promise<void> {
  const profile = { gpuTier, gpuMeasured, updatedAt: new Date() };
  await db
    .insert(contributorProfiles)
    .values({ wallet, ...profile })
    .onConflictDoUpdate({ target: contributorProfiles.wallet, set: profile });
}
