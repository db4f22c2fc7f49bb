import { randomInt } from "node:crypto";
import { Hono } from "hono";
import { inPol } from "../../job-options.ts";
import type { Door } from "../door.ts";
import { RefusedRequest } from "../errors.ts";
import { pageOf } from "../paging.ts";
import { readBody, readQuery } from "../read-body.ts";
import { type CreateJob, createJobSchema, listSchema } from "../requests.ts";
import { heldWeiOf, type KeptJob } from "../state.ts";
import { newId, now, type Store } from "../store.ts";
import { checkpointsOf, eventView, jobView } from "../views.ts";
import { getFile } from "./file-routes.ts";

/** /v1/fine_tuning/jobs: each is a job on the escrow, staked out of the limit. */
export function jobRoutes(door: Door): Hono {
  const { store, runs, terms, platform } = door;
  const view = (job: KeptJob) => jobView(job, { wallet: platform.account.address, slots: terms.slots });
  return new Hono()
    .post("/", async (c) => {
      const body = await readBody(c, createJobSchema);
      const job = newJob(door, body);
      assertWithinLimit(door, job);
      store.state.jobs.push(job);
      try {
        await store.addEvent(job, { level: "info", message: `Created fine-tuning job: ${job.id}` });
        for (const message of unfollowed(body)) await store.addEvent(job, { level: "warn", message });
        await store.save();
      } catch (error) {
        // Whoever is told of a failure asks again: what is not kept takes nothing of the limit.
        store.state.jobs.splice(store.state.jobs.indexOf(job), 1);
        throw error;
      }
      runs.start(job);
      return c.json(view(job));
    })
    .get("/", (c) => {
      const wanted = Object.entries(c.req.query()).flatMap(([name, value]) => {
        const key = /^metadata\[(.*)\]$/.exec(name)?.[1];
        return key === undefined ? [] : [[key, value] as const];
      });
      const jobs = store.state.jobs.filter(({ metadata }) =>
        wanted.every(([key, value]) => metadata?.[key] === value),
      );
      return c.json(pageOf(jobs.toReversed(), readQuery(c, listSchema), view));
    })
    .get("/:id", (c) => c.json(view(getJob(store, c.req.param("id")))))
    .post("/:id/cancel", async (c) => {
      const job = getJob(store, c.req.param("id"));
      await runs.cancel(job);
      return c.json(view(job));
    })
    .get("/:id/events", async (c) => {
      const events = await store.listEvents(getJob(store, c.req.param("id")));
      return c.json(pageOf(events.toReversed(), readQuery(c, listSchema), eventView));
    })
    .get("/:id/checkpoints", (c) => {
      const checkpoints = checkpointsOf(getJob(store, c.req.param("id")));
      return c.json(pageOf(checkpoints, readQuery(c, listSchema), (checkpoint) => checkpoint));
    });
}

function getJob({ state }: Store, id: string): KeptJob {
  const job = state.jobs.find((one) => one.id === id);
  if (job) return job;
  throw new RefusedRequest(`Could not find fine tune: ${id}`, { status: 404, param: "fine_tuning_job_id" });
}

/** The model that is trained where a script names one. */
function baseOf({ terms, platform }: Door, name: string): string {
  const offered = platform.config.models.map(({ id }) => id);
  if (offered.includes(name)) return name;
  const refuse = (why: string) => new RefusedRequest(why, { param: "model", code: "model_not_available" });
  if (name.startsWith("ft:"))
    throw refuse(
      `Model ${name} is fine-tuned already, and cannot be trained on here. Name one of ${offered.join(", ")}.`,
    );
  if (terms.fallbackModel !== undefined) return terms.fallbackModel;
  throw refuse(
    `Model ${name} is not offered here. Name one of ${offered.join(", ")}, or start trainchain serve with --model.`,
  );
}

function newJob(door: Door, body: CreateJob): KeptJob {
  const { store, terms } = door;
  const model = baseOf(door, body.model);
  const hyperparameters = { ...body.hyperparameters, ...body.method?.supervised?.hyperparameters };
  const given = (value: "auto" | number | null | undefined) => (typeof value === "number" ? value : null);
  return {
    id: newId("ftjob-"),
    createdAt: now(),
    model,
    trainingFile: getFile(store, body.training_file, "training_file").id,
    hyperparameters: {
      epochs: given(hyperparameters.n_epochs),
      batchSize: given(hyperparameters.batch_size),
      learningRateMultiplier: given(hyperparameters.learning_rate_multiplier),
    },
    suffix: body.suffix ?? null,
    seed: body.seed ?? randomInt(2 ** 32),
    metadata: body.metadata ?? null,
    status: "validating_files",
    error: null,
    heldWei: terms.rewardWei.toString(),
    isPaying: false,
    jobId: null,
    finishedAt: null,
    fineTunedModel: null,
    resultFile: null,
    trainedTokens: null,
    heldOutLoss: null,
    steps: null,
  };
}

/** Said before anything is sent: what a start was allowed to stake is never passed. */
function assertWithinLimit({ store: { state } }: Door, job: KeptJob): void {
  const [held, limit] = [heldWeiOf(state), BigInt(state.limitWei)];
  if (held + BigInt(job.heldWei) <= limit) return;
  throw new RefusedRequest(
    `The limit has been reached: of ${inPol(limit)}, ${inPol(held)} are staked, and a job takes ${inPol(BigInt(job.heldWei))}. Start trainchain serve with a larger --limit.`,
    { code: "billing_hard_limit_reached" },
  );
}

/** What a script asks for and is not done, in words. */
function unfollowed(body: CreateJob): string[] {
  const sizes = [body.hyperparameters, body.method?.supervised?.hyperparameters];
  return [
    ...(sizes.some((given) => typeof given?.batch_size === "number")
      ? ["batch_size is not followed: it follows from the number of contributors and rows"]
      : []),
    ...(body.validation_file
      ? ["validation_file is not used: the platform keeps rows back that nobody trains on"]
      : []),
    ...(body.integrations?.length ? ["integrations are not called"] : []),
  ];
}
