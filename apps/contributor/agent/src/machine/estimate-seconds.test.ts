import type { JobView } from "@trainchain/protocol";
import { expect, it } from "vitest";
import { estimateSeconds } from "./estimate-seconds.ts";

/** Image jobs are reckoned from the job alone: the platform is asked nothing. */
const asksNothing = () => Promise.reject(new Error("nothing is asked"));
const imageJob = (imgsz: number, shardRows: number[]) =>
  ({
    kind: "image-classification",
    model: { id: "yolov8n-cls" },
    epochs: 40,
    imgsz,
    shardRows,
  }) as unknown as JobView["spec"];

it("expects of an image job what its images, passes and their size cost, and more of a slower machine", async () => {
  const digits = await estimateSeconds(asksNothing, imageJob(32, [1_437]), 2_000);
  // Measured on two cores: 54 s.
  expect(digits).toBeGreaterThan(27);
  expect(digits).toBeLessThan(108);
  const larger = await estimateSeconds(asksNothing, imageJob(64, [1_437]), 2_000);
  expect(Math.round((larger ?? 0) / (digits ?? 1))).toBe(4);
  expect(await estimateSeconds(asksNothing, imageJob(32, [1_437]), 1_000)).toBeGreaterThan(digits ?? 0);
});

it("expects nothing where the machine's speed or the job's data are not known", async () => {
  expect(await estimateSeconds(asksNothing, imageJob(32, [10]), 0)).toBeNull();
  expect(await estimateSeconds(asksNothing, null, 2_000)).toBeNull();
});

it("reckons with the rows' own length, and with full rows where it is not known", async () => {
  const models = [{ id: "m", parametersBillion: 0.135 }];
  const listModels = async () => models;
  const spec = { kind: "llm-finetune", model: { id: "m" }, epochs: 1, shardRows: [1_000], maxLength: 512 };
  const seconds = (meanRowChars?: number) =>
    estimateSeconds(listModels, { ...spec, meanRowChars } as unknown as JobView["spec"], 2_000);
  const full = (await seconds()) ?? 0;
  expect(full).toBe(Math.round((1_000 * 512 * 0.135e9) / (2_000 * 3_145_728)));
  expect(await seconds(100_000)).toBe(full);
  // Alpaca rows: about 800 characters, 199 tokens with their template.
  expect((await seconds(800)) ?? 0).toBeGreaterThan((full * 199) / 512);
  expect((await seconds(100)) ?? 0).toBeLessThan(full / 4);
});
