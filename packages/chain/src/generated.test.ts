import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { termLimits } from "./create-job.ts";
import { aiModelTrainingAbi, aiModelTrainingBytecode } from "./generated/ai-model-training.ts";
import { legacyAbi, legacyBytecode } from "./generated/predecessor-events.ts";

const out = join(import.meta.dirname, "../../../contracts/out");
const artifact = (name: string) => join(out, `${name}.sol/${name}.json`);
const isBuilt = existsSync(artifact("AIModelTraining")) && existsSync(artifact("PredecessorEvents"));

describe("the committed ABI and code", () => {
  it.runIf(isBuilt)("are what forge builds from the sources", () => {
    const built = (name: string) => JSON.parse(readFileSync(artifact(name), "utf8"));
    const [escrow, legacy] = [built("AIModelTraining"), built("PredecessorEvents")];
    expect(aiModelTrainingAbi).toEqual(escrow.abi);
    expect(aiModelTrainingBytecode).toBe(escrow.bytecode.object);
    expect(legacyAbi).toEqual(legacy.abi);
    expect(legacyBytecode).toBe(legacy.bytecode.object);
  });

  it("have the limits that the TypeScript side checks terms with", () => {
    const source = readFileSync(join(out, "../src/AIModelTraining.sol"), "utf8");
    expect(source).toContain("MAX_CONTRIBUTORS = 32;");
    expect(source).toContain("MAX_ACCEPT_WINDOW = 90 days;");
    expect(source).toContain("MIN_PERIOD = 1 minutes;");
    expect(source).toContain("MAX_PERIOD = 30 days;");
    expect(source).toContain("MAX_CID_LENGTH = 128;");
    expect(source).toContain("MAX_FEE_BPS = 1_000;");
    expect(termLimits).toEqual({
      maxContributors: 32,
      maxAcceptWindow: 7_776_000,
      minPeriod: 60,
      maxPeriod: 2_592_000,
      maxCidLength: 128,
      maxFeeBps: 1_000,
    });
  });
});
