import type { ApiClient } from "@trainchain/api-client";
import type { JobView } from "@trainchain/protocol";
import { expect, it } from "vitest";
import { estimateSeconds } from "./estimate-seconds.ts";

/** Image jobs are reckoned from the job alone: the platform is asked nothing. */
const api = {} as ApiClient;
const imageJob = (imgsz: number, shardRows: number[]) =>
  ({
    spec: { kind: "image-classification", model: { id: "yolov8n-cls" }, epochs: 40, imgsz, shardRows },
  }) as unknown as JobView;

it("expects of an image job what its images, passes and their size cost, and more of a slower machine", async () => {
  const digits = await estimateSeconds(api, imageJob(32, [1_437]), 2_000);
  // Measured on two cores: 54 s.
  expect(digits).toBeGreaterThan(27);
  expect(digits).toBeLessThan(108);
  const larger = await estimateSeconds(api, imageJob(64, [1_437]), 2_000);
  expect(Math.round((larger ?? 0) / (digits ?? 1))).toBe(4);
  expect(await estimateSeconds(api, imageJob(32, [1_437]), 1_000)).toBeGreaterThan(digits ?? 0);
});

it("expects nothing where the machine's speed or the job's data are not known", async () => {
  expect(await estimateSeconds(api, imageJob(32, [10]), 0)).toBeNull();
  expect(await estimateSeconds(api, { spec: null } as unknown as JobView, 2_000)).toBeNull();
});
