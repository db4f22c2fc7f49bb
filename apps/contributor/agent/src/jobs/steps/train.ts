import { createWriteStream } from "node:fs";
import { join } from "node:path";
import {
  type AssignmentView,
  kindOf,
  TrainChainError,
  type TrainerEvent,
  trainerEventSchema,
} from "@trainchain/protocol";
import { runPython } from "@trainchain/python-env";
import { modelPath } from "../../machine/model-path.ts";
import { keepBoundaries } from "../../trainer/boundaries.ts";
import { confinedRun } from "../../trainer/confined-run.ts";
import { type Gateway, startGateway } from "../../trainer/gateway.ts";
import { keepOptimizerState, optimizerStatePath } from "../../trainer/optimizer-state.ts";
import { openShard } from "../../trainer/shard-stream.ts";
import { storeAdapterFile } from "../../trainer/store-adapter-file.ts";
import { trainerArguments } from "../../trainer/trainer-arguments.ts";
import { workDir } from "../../trainer/work-dir.ts";
import { hasReached } from "../job-record.ts";
import type { Move, StepContext } from "../step-context.ts";
import { toFailure } from "../to-failure.ts";
import { explainCrash } from "./explain-crash.ts";
import { isFetched, sealedShardPath } from "./fetch-shard.ts";
import { getAssignment } from "./get-assignment.ts";
import { placeStart } from "./place-start.ts";
import { adapterPath } from "./seal-adapter.ts";
import { createTrainerProgress, type TrainerProgress } from "./trainer-progress.ts";

/**
 * Runs the trainer, which goes on from its last checkpoint by itself. As soon as it has handed over its adapter the
 * job no longer depends on it: whatever becomes of the process, sealing, storing and submitting go on from here.
 */
export async function train(context: StepContext): Promise<Move> {
  const assignment = await getAssignment(context);
  if (!(await isFetched(context, assignment))) return { to: "accepted" };
  context.note({ recipient: assignment.adapter.recipient });
  const gateway = await openGateway(context, assignment);
  const progress = createTrainerProgress(context);
  let error = new TrainChainError("training-failed", "the trainer ended without an adapter");
  try {
    await runTrainer(context, assignment, gateway, progress);
  } catch (cause) {
    context.signal.throwIfAborted();
    error = toFailure(cause, context.jobDir);
  } finally {
    await gateway.close();
  }
  if (hasReached(context.record(), "trained")) return { to: context.record().state };
  const { maxCrashes } = context.trainer;
  const crash = explainCrash(context.record().facts, { error, reached: progress.reached(), maxCrashes });
  context.note(crash.facts);
  throw crash.error;
}

function openGateway(context: StepContext, assignment: AssignmentView): Promise<Gateway> {
  const { jobDir, wallet, record } = context;
  const { shard, adapter, spec } = assignment;
  return startGateway({
    jobId: assignment.jobId,
    kind: spec.kind,
    wallet: wallet.address,
    shardCid: shard.cid,
    shardBytes: shard.sizeBytes,
    openShard: () => openShard({ ...shard, path: sealedShardPath(jobDir) }),
    async storeAdapter(body) {
      const path = adapterPath(jobDir, spec.kind);
      return tellingWhy(context, async () => {
        const adapterSha256 = await storeAdapterFile(body, path, adapter.maxBytes, spec.kind);
        await keepOptimizerState(context, assignment);
        if (await keepBoundaries(jobDir)) context.note({ keepsStates: true });
        if (!hasReached(record(), "trained")) context.moveTo("trained", { adapterSha256 });
        await context.advanceTo("uploaded");
        return record().facts.adapterCid ?? "";
      });
    },
    async submitAdapter(adapterCid) {
      if (adapterCid !== record().facts.adapterCid)
        throw new TrainChainError("conflict", `${adapterCid} is not the adapter that this job stored`);
      await tellingWhy(context, () => context.advanceTo("submitted"));
    },
  });
}

/** A trainer that is refused only comes again; its host is told what is in the way. */
async function tellingWhy<Value>(context: StepContext, work: () => Promise<Value>): Promise<Value> {
  try {
    return await work();
  } catch (error) {
    context.signal.throwIfAborted();
    const failure = toFailure(error, context.jobDir);
    context.hinder(failure);
    throw failure;
  }
}

async function runTrainer(
  context: StepContext,
  assignment: AssignmentView,
  gateway: Gateway,
  progress: TrainerProgress,
): Promise<void> {
  const { trainer: setup, jobDir, wallet, signal } = context;
  const file = createWriteStream(join(jobDir, "trainer.log"), { flags: "a", mode: 0o600 });
  // A log that cannot be written is a pity; what fills the disk stops the training itself soon enough.
  file.on("error", ({ message }) => context.log(message));
  try {
    const args = trainerArguments({
      assignment,
      wallet: wallet.address.toLowerCase(),
      gatewayUrl: gateway.url,
      workDir: workDir(jobDir),
      model: await modelPath(setup, assignment.spec.model, context),
      initialAdapter: await placeStart(context, assignment),
      optimizerState: optimizerStatePath(context, assignment),
      setup,
    });
    await runPython<TrainerEvent>({
      dir: setup.envDir,
      ...confinedRun({
        scriptDir: setup.scriptDir,
        script: kindOf(assignment.spec.kind).trainer.script,
        args,
        gatewayUrl: gateway.url,
        workDir: workDir(jobDir),
        needsHub: needsHub(assignment.spec),
      }),
      schema: trainerEventSchema,
      onEvent: (event) => {
        file.write(`${JSON.stringify(event)}\n`);
        progress.take(event);
      },
      onLog: (line) => file.write(`${line}\n`),
      niceness: setup.niceness,
      signal,
    });
  } finally {
    file.end();
  }
}

/** Whether the base model may have to come from its hub: one that has a fingerprint is on this machine by now. */
function needsHub(spec: AssignmentView["spec"]): boolean {
  const { revision, sha256 }: { revision: string; sha256?: string | undefined } = spec.model;
  return sha256 === undefined && revision !== "local";
}
