import { readSafetensorsHeader } from "@trainchain/lora";
import { withFileSource } from "@trainchain/lora/node";
import { type AdapterJobSpec, type AdapterReceipt, toleranceBetween } from "@trainchain/protocol";
import type { Findings } from "../../receipt/findings.ts";
import type { GivenAdapters } from "./given-files.ts";

/** That each training was done again as the spec asks, within its limits, and by states that its delivery commits to. */
export async function checkReplayTerms(
  findings: Findings,
  { result }: Pick<AdapterReceipt, "result">,
  spec: Pick<AdapterJobSpec, "replay"> | undefined,
  { adapters }: Pick<GivenAdapters, "adapters">,
): Promise<void> {
  if (!spec?.replay) return;
  for (const [at, { contributor, replay }] of result.contributors.entries()) {
    const what = `replay of ${contributor}`;
    if (!replay) {
      findings.differs(what, "the job asks that parts of it are done again, and the receipt tells of none");
      continue;
    }
    if (spec.replay.arithmetic) {
      findings.compare(`${what}, arithmetic`, replay.arithmetic, spec.replay.arithmetic);
      const tolerance = toleranceBetween(replay.arithmetic, replay.referee ?? "");
      const isWithin = replay.drawn.every((segment, index) => {
        const limit = tolerance && (segment === 0 ? tolerance.first : tolerance.later);
        return limit !== undefined && (replay.distances[index] ?? Number.NaN) <= limit;
      });
      if (!isWithin)
        findings.differs(`${what}, limits`, "an accepted training ends farther off than is allowed");
    }
    const file = adapters[at];
    if (!file) continue;
    const { metadata } = await withFileSource(file, readSafetensorsHeader);
    findings.compare(`${what}, root`, replay.root, metadata?.root);
  }
}
