import { mkdir, readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { type AssignmentView, seriesOf } from "@trainchain/protocol";
import { workDir } from "./work-dir.ts";

/** What trainer/train_llm.py leaves in its work folder when another round follows. */
const leftByTrainer = "optimizer.safetensors";

/** A series whose next round did not come for so long will hardly go on; its moments would only take up space. */
const keptMs = 30 * 24 * 3_600_000;

interface Of {
  /** The agent's folder. */
  dataDir: string;
  escrow: { chainId: number; escrow: string };
}

/**
 * Where the optimiser's moments lie between two rounds of a series, for the round to come; undefined for a job of one
 * round. They stay on this machine: nobody else has a use for them.
 */
export function optimizerStatePath(of: Of, { spec }: AssignmentView): string | undefined {
  const series = seriesOf(spec);
  return series && join(folderOf(of), `${of.escrow.chainId}-${of.escrow.escrow}-${series.id}.safetensors`);
}

/** Keeps what a trained round left for the next one, and drops what the last one has used up or nobody came for. */
export async function keepOptimizerState(
  of: Of & { jobDir: string },
  assignment: AssignmentView,
): Promise<void> {
  const path = optimizerStatePath(of, assignment);
  if (path === undefined) return;
  const { round = 1, rounds = 1 } = seriesOf(assignment.spec) ?? {};
  if (round === rounds) await rm(path, { force: true });
  else await takeOver(join(workDir(of.jobDir), leftByTrainer), path);
  await dropOld(folderOf(of));
}

async function takeOver(left: string, path: string): Promise<void> {
  await mkdir(join(path, ".."), { recursive: true, mode: 0o700 });
  // Asked a second time after a crash, there is nothing left to move.
  await rename(left, path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
  });
}

async function dropOld(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    const path = join(folder, name);
    if (Date.now() - (await stat(path)).mtimeMs > keptMs) await rm(path, { force: true });
  }
}

function folderOf({ dataDir }: Of): string {
  return join(dataDir, "optimizer-states");
}
