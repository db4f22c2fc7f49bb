import { rm } from "node:fs/promises";
import { Hono } from "hono";
import type { Door } from "../door.ts";
import { RefusedRequest } from "../errors.ts";
import type { KeptJob } from "../state.ts";
import type { Store } from "../store.ts";

/** /v1/models: those that can be trained, and those that were. */
export function modelRoutes({ platform, store }: Pick<Door, "platform" | "store">): Hono {
  const offered = platform.config.models.map(({ id }) => view(id, 0, "trainchain"));
  const own = () =>
    store.state.jobs.flatMap(({ fineTunedModel, finishedAt }) =>
      fineTunedModel === null ? [] : [view(fineTunedModel, finishedAt ?? 0, platform.account.address)],
    );
  return new Hono()
    .get("/", (c) => c.json({ object: "list", data: [...own(), ...offered] }))
    .get("/:model{.+}", (c) => {
      const found = [...own(), ...offered].find(({ id }) => id === c.req.param("model"));
      if (!found) throw noModel(c.req.param("model"));
      return c.json(found);
    })
    .delete("/:model{.+}", async (c) => {
      const job = getFinishedJob(store, c.req.param("model"));
      const id = job.fineTunedModel;
      job.fineTunedModel = null;
      await store.save();
      await rm(store.resultOf(job), { recursive: true, force: true });
      return c.json({ id, object: "model", deleted: true });
    });
}

function view(id: string, created: number, owner: string) {
  return { id, object: "model" as const, created, owned_by: owner };
}

/**
 * The job that a model of ours came from.
 * @throws RefusedRequest 404
 */
export function getFinishedJob({ state }: Store, model: string): KeptJob {
  const job = state.jobs.find(({ fineTunedModel }) => fineTunedModel === model);
  if (job) return job;
  throw noModel(model);
}

function noModel(model: string): RefusedRequest {
  return new RefusedRequest(`The model '${model}' does not exist here, or is none that you trained`, {
    status: 404,
    param: "model",
    code: "model_not_found",
  });
}
