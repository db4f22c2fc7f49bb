import { type AppProfile, contributionsCsv, setGpuTierSchema } from "@trainchain/protocol";
import { Hono } from "hono";
import { lastBenchmark } from "../../../machine/benchmark.ts";
import { measuredTier } from "../../../machine/gpu-tier.ts";
import { listContributions } from "../../../platform/earnings.ts";
import type { ContributorApp } from "../../create-app.ts";
import { readBody } from "../read-body.ts";

/** What was earned, and how the wallet appears to requesters. */
export function earningRoutes(app: ContributorApp) {
  return new Hono()
    .get("/earnings", async (c) => {
      const { api, escrow } = app.assertAgent();
      const [contributions, profile, withdrawable, balance] = await Promise.all([
        listContributions(api),
        api.getProfile(),
        escrow.getWithdrawableWei(),
        escrow.getBalanceWei(),
      ]);
      const amounts = { withdrawableWei: withdrawable.toString(), balanceWei: balance.toString() };
      const { earnedWei, requesters } = profile;
      return c.json({ contributions, earnedWei, requesters, ...amounts });
    })
    .get("/earnings.csv", async (c) => {
      const csv = contributionsCsv(await listContributions(app.assertAgent().api));
      c.header("content-type", "text/csv; charset=utf-8");
      c.header("content-disposition", 'attachment; filename="trainchain-earnings.csv"');
      return c.body(csv);
    })
    .get("/profile", async (c) => {
      const { gpuTier } = await app.assertAgent().api.getProfile();
      const benchmark = await lastBenchmark(app.walletDir());
      const environment = app.state().environment;
      // The environment's proof names the device before any benchmark was run; only a card's memory is not known then.
      const isKnownByProof = environment.status === "ready" && environment.device !== "cuda";
      const proof = isKnownByProof ? { ...environment, vramGb: 0 } : undefined;
      const measured = benchmark ?? proof;
      const profile: AppProfile = {
        isNew: gpuTier === null,
        gpuTier,
        measuredTier: measured ? measuredTier(measured) : null,
        measuredAs: measured?.deviceName ?? null,
      };
      return c.json(profile);
    })
    .put("/profile", async (c) => {
      const { gpuTier, measured } = await readBody(c, setGpuTierSchema);
      await app.assertAgent().api.setGpuTier(gpuTier, { measured });
      return c.body(null, 204);
    });
}
