import type { ConfigView } from "@trainchain/protocol";
import { expect, it } from "vitest";
import { assertProvable } from "./check-before-upload.ts";

const platform = (replays: boolean) => ({ config: { replays } as ConfigView });

it("a proof that the platform does not offer is refused before anything is sent, and no other is", () => {
  expect(() => assertProvable("replay", platform(false))).toThrow("does no training again");
  for (const proof of ["result", undefined] as const) assertProvable(proof, platform(false));
  assertProvable("replay", platform(true));
});
