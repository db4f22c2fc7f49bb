import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { readPoints, trainerLog } from "./training-points.ts";

const line = (step: number, loss: number) =>
  JSON.stringify({
    event: "step",
    step,
    steps: 9_000,
    epoch: 1,
    loss,
    learningRate: 1,
    tokens: 1,
    tokensPerSecond: 2,
    etaSeconds: 3,
    memoryMb: 4,
  });

it("reads the curve as it was trained last, past other lines and one that a kill has cut", async () => {
  const folder = await mkdtemp(join(tmpdir(), "trainchain-points-"));
  expect(await readPoints(folder)).toEqual([]);
  const lines = [line(1, 5), "a warning", line(2, 4), '{"event":"step","step":3,"st', line(2, 3)];
  await writeFile(trainerLog(folder), lines.join("\n"));
  expect((await readPoints(folder)).map(({ step, loss }) => [step, loss])).toEqual([
    [1, 5],
    [2, 3],
  ]);
});

it("thins a long curve evenly and keeps its last step", async () => {
  const folder = await mkdtemp(join(tmpdir(), "trainchain-points-"));
  const lines = Array.from({ length: 9_000 }, (_, index) => line(index + 1, 1));
  await writeFile(trainerLog(folder), lines.join("\n"));
  const points = await readPoints(folder);
  expect(points.length).toBeLessThanOrEqual(2_001);
  expect([points[0]?.step, points.at(-1)?.step]).toEqual([1, 9_000]);
});
