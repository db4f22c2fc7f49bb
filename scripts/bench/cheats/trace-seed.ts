import { join } from "node:path";
import type { TracedRows } from "../../../apps/cli/src/kinds/adapters/own-shard.ts";
import { judgeShards } from "../../../apps/cli/src/kinds/adapters/trace-model.ts";
import { adapterTerms } from "../../../apps/worker/src/kinds/adapters/adapter-terms.ts";
import type { GatheredAdapter } from "../../../apps/worker/src/kinds/adapters/gather-adapters.ts";
import { fetchShard } from "../../../apps/worker/src/kinds/adapters/hear-alike.ts";
import {
  type Measured,
  measureAdapters,
  rowLossesOf,
} from "../../../apps/worker/src/kinds/adapters/measure-adapters.ts";
import { measureOnHoldout } from "../../../apps/worker/src/kinds/adapters/measure-job.ts";
import { placeStart } from "../../../apps/worker/src/kinds/adapters/round-start.ts";
import { withTempDir } from "../../../apps/worker/src/with-temp-dir.ts";
import type { Listed } from "./judge.ts";
import { mostSlots } from "./open-market.ts";

/** Of each shard, the chance that its rows stand out so under an adapter by chance, and how far they do. */
export type TracedWork = { p: number; area: number }[];

/** What `trainchain trace --model` tells of adapters that `measureBefore` has measured, by their folders. */
export async function traceWorks(
  { deps, found }: Listed,
  folders: readonly string[],
): Promise<Map<string, TracedWork>> {
  const { evaluator } = deps;
  if (!evaluator) throw new Error("nothing is traced without an evaluator");
  return withTempDir(deps.tempDir, async (dir) => {
    const start = await placeStart(deps, found, await adapterTerms(deps, found), dir);
    const adapters = folders.map((folder) => ({ folder, contributor: folder, adapterCid: "" }));
    const held = await measureOnHoldout(deps, found, { adapters: adapters as GatheredAdapter[], start, dir });
    const parts: ReadonlyMap<string, Measured>[] = [held!.losses];
    for (let slot = 0; slot < mostSlots; slot++) {
      const { cid, sizeBytes } = found.prepared.shardAssignments[slot]!;
      const laid = { shard: slot, shardCid: cid, shardBytes: sizeBytes };
      const rows = await fetchShard(deps, found, laid, join(dir, `own-${slot}.jsonl`));
      parts.push(await measureAdapters(deps, evaluator, found, { rows, adapters, start: start.folder }));
    }
    const under = (folder: string) =>
      parts.map((losses): TracedRows => {
        const [known, traced] = ["base", folder].map((name) => rowLossesOf(losses, name)?.rowLosses ?? []);
        return { known: known!, traced: traced! };
      });
    return new Map(
      folders.map((folder) => [folder, judgeShards(under(folder)).map(({ p, area }) => ({ p, area }))]),
    );
  });
}
