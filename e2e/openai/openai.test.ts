import { createReadStream } from "node:fs";
import { createApiClient } from "@trainchain/api-client";
import { waitFor } from "@trainchain/testing";
import OpenAI, { AuthenticationError, BadRequestError, NotFoundError, toFile } from "openai";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startOpenAiWorld } from "./openai-world.ts";

type World = Awaited<ReturnType<typeof startOpenAiWorld>>;
type Job = OpenAI.FineTuning.FineTuningJob;

let world: World;
let running: Awaited<ReturnType<World["serve"]>>;
let key: string;
let client: OpenAI;
let rows: string;

/** Three jobs' stakes, and not a wei more. */
const money = { perJob: ["--reward", "0.5"], limit: ["--limit", "1.5"] };

beforeAll(async () => {
  world = await startOpenAiWorld();
  rows = await world.writeChats("chats.jsonl", 80);
  running = await world.serve([...money.perJob, ...money.limit]);
  key = running.started.key ?? "";
  client = new OpenAI({ apiKey: key, baseURL: running.started.url });
});
afterAll(async () => {
  await running?.server.stop();
  await world?.stop();
});

const upload = () => client.files.create({ file: createReadStream(rows), purpose: "fine-tune" });
const create = (training_file: string) =>
  client.fineTuning.jobs.create({ training_file, model: "gpt-4o-mini-2024-07-18" });
const untilEnded = (id: string): Promise<Job> =>
  waitFor(
    `the end of ${id}`,
    async () => {
      const job = await client.fineTuning.jobs.retrieve(id);
      return ["succeeded", "failed", "cancelled"].includes(job.status) && job;
    },
    { timeoutMs: 300_000 },
  );

describe("a requester's own machine as OpenAI's clients see it", () => {
  it("answers nobody who has not the key", async () => {
    const stranger = new OpenAI({ apiKey: "sk-guessed", baseURL: running.started.url });
    await expect(stranger.models.list()).rejects.toThrow(AuthenticationError);
  });

  it("keeps files of rows, and refuses what is none", async () => {
    const file = await upload();
    expect(file).toMatchObject({ object: "file", filename: "chats.jsonl", purpose: "fine-tune" });
    expect((await client.files.list()).data.map(({ id }) => id)).toContain(file.id);
    expect(await (await client.files.content(file.id)).text()).toContain("You answer briefly.");
    expect(await client.files.delete(file.id)).toMatchObject({ id: file.id, deleted: true });
    await expect(client.files.retrieve(file.id)).rejects.toThrow(NotFoundError);
    const other = client.files.create({ file: createReadStream(rows), purpose: "vision" });
    await expect(other).rejects.toThrow(BadRequestError);
  });

  it("says what is wrong with a training file, and stakes nothing for it", async () => {
    const file = await client.files.create({
      file: await toFile(Buffer.from('{"messages":'), "bad.jsonl"),
      purpose: "fine-tune",
    });
    const { id } = await create(file.id);
    expect(await untilEnded(id)).toMatchObject({
      status: "failed",
      error: { code: "invalid_training_file", param: "training_file" },
    });
  });

  it("takes back a job that nobody trains yet", async () => {
    const { id } = await create((await upload()).id);
    expect(await client.fineTuning.jobs.cancel(id)).toMatchObject({ status: "cancelled" });
    await expect(client.fineTuning.jobs.cancel(id)).rejects.toThrow(BadRequestError);
  });

  it("goes on after it was killed, with the same key and what it had staked", async () => {
    const { id } = await create((await upload()).id);
    await running.server.kill();
    running = await world.serve(money.perJob);
    expect(running.started).toMatchObject({
      key: null,
      limitWei: "1500000000000000000",
      stakedWei: "500000000000000000",
    });
    client = new OpenAI({ apiKey: key, baseURL: running.started.url });
    expect(await untilEnded(id)).toMatchObject({ status: "succeeded", error: null });
  });
});

describe("the quickstart, unchanged but for the base URL,", () => {
  const env = () => ({ OPENAI_BASE_URL: running.started.url, OPENAI_API_KEY: key });

  it("runs to the end in Node", async () => {
    const lines = await world.runNode(env(), rows);
    const { job, events, checkpoints, completion, streamed } = JSON.parse(lines.at(-1) ?? "");
    expect(job).toMatchObject({
      ...{ object: "fine_tuning.job", status: "succeeded", seed: 7, error: null },
      fine_tuned_model: expect.stringMatching(/^ft:toy-model:house-style:/),
      hyperparameters: { n_epochs: 1 },
    });
    // Not known where all steps passed between two events.
    expect(job.trained_tokens ?? 1).toBeGreaterThan(0);
    const messages = events.map(({ message }: { message: string }) => message);
    expect(messages[0]).toBe("The job has successfully completed");
    expect(messages).toContain("Fine-tuning job started");
    expect(messages.at(-1)).toMatch(/^Created fine-tuning job/);
    expect(checkpoints).toEqual([
      expect.objectContaining({
        fine_tuned_model_checkpoint: job.fine_tuned_model,
        metrics: expect.objectContaining({ full_valid_loss: expect.any(Number) }),
      }),
    ]);
    expect(completion).toMatchObject({ object: "chat.completion", model: job.fine_tuned_model });
    expect(completion.usage.completion_tokens).toBeLessThanOrEqual(12);
    expect(streamed).toBe(completion.choices[0].message.content);
  });

  it("runs to the end in Python", async () => {
    const said = JSON.parse(await world.runPython(env(), rows));
    expect(said.job).toMatchObject({ status: "succeeded", metadata: { made: "in Python" } });
    // The whole list was paged through, one at a time.
    expect(said.jobs.length).toBeGreaterThan(3);
    expect(said.named).toEqual([said.job.id]);
    expect(said.models).toContain(said.job.fine_tuned_model);
    expect(said.files).toContain(said.job.training_file);
    expect(said.events).toContainEqual(expect.stringContaining("batch_size is not followed"));
    expect(said.metrics).toMatch(/^slot,step,train_loss\n0,\d+,/);
    expect(said.completion.choices[0].message.role).toBe("assistant");
  });
});

it("never stakes more than the limit", async () => {
  await expect(create((await upload()).id)).rejects.toMatchObject({ code: "billing_hard_limit_reached" });
  const { items } = await createApiClient({ baseUrl: world.apiUrl }).listJobs({});
  expect(items.map(({ stakeWei }) => stakeWei)).toEqual(Array(3).fill("500000000000000000"));
});

it("forgets a model that its owner deletes", async () => {
  const model = (await client.models.list()).data.find(({ id }) => id.startsWith("ft:"))?.id ?? "";
  expect(await client.models.retrieve(model)).toMatchObject({ id: model });
  expect(await client.models.delete(model)).toMatchObject({ id: model, deleted: true });
  const asked = client.chat.completions.create({ model, messages: [{ role: "user", content: "Hello?" }] });
  await expect(asked).rejects.toMatchObject({ status: 404, code: "model_not_found" });
});
