import { expect, it } from "vitest";
import { checkReplayed } from "./replay.ts";

const float32 = { of: 20, declared: "cpu/float32/none", referee: "cpu/float32/none" };
const segment = (number: number, distance: number, momentsDistance = 0) => ({
  segment: number,
  distance,
  momentsDistance,
});

it("stages that end where the delivery says pass, counted from 1, with the farthest as the figure", () => {
  const check = checkReplayed([segment(3, 3e-4), segment(12, 1e-6, 1e-5)], float32);
  expect(check).toMatchObject({ check: "replay", verdict: "passed", figure: 3e-4, threshold: 2e-3 });
  expect(check.message).toContain("Of 20 stages of the training, 4, 13 were drawn");
});

it("one stage that ends elsewhere is a refusal that names it, by its adapter or by its moments", () => {
  const others = [segment(3, 0)];
  const elsewhere = checkReplayed([...others, segment(12, 0.027)], float32);
  expect(elsewhere).toMatchObject({ verdict: "failed", figure: 0.027 });
  expect(elsewhere.message).toMatch(/^Stage 13 of 20 .* ends 0\.027 of its length elsewhere/);
  expect(checkReplayed([...others, segment(12, 0, 0.2)], float32).verdict).toBe("failed");
});

it("the first stage may end farther off than later ones, and the figure is that of the stage nearest to its limit", () => {
  const honest = checkReplayed([segment(0, 3.3e-3), segment(3, 5e-4)], float32);
  expect(honest).toMatchObject({ verdict: "passed", figure: 5e-4, threshold: 2e-3 });
  expect(checkReplayed([segment(0, 3.3e-3), segment(3, 3.3e-3)], float32).message).toMatch(/^Stage 4 of 20/);
  expect(checkReplayed([segment(0, 0.03), segment(3, 5e-4)], float32).message).toMatch(/^Stage 1 of 20/);
});

it.each([0, 1])("what is no number is no pass, in whatever order", (place) => {
  const segments = [segment(5, 1e-5)].toSpliced(place, 0, segment(0, Number.NaN));
  expect(checkReplayed(segments, float32).verdict).toBe("failed");
});

it("between arithmetics that were never compared nothing is judged, and the check says so", () => {
  const check = checkReplayed([segment(0, 0.5)], { ...float32, declared: "cpu/bfloat16/none" });
  expect(check).toMatchObject({ verdict: "skipped", figure: null });
  expect(check.message).toContain("never compared with cpu/bfloat16/none");
});
