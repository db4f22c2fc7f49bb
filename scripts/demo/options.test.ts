import { existsSync } from "node:fs";
import { basename, isAbsolute } from "node:path";
import { expect, test } from "vitest";
import { parseDemoOptions } from "./options.ts";

test("the real model is the default, on rows of a house style, with five questions to ask in the end", () => {
  const options = parseDemoOptions([]);
  expect(options).toMatchObject({
    ...{ kind: "llm", model: "smollm2-135m", modelWasGiven: false, contributors: 2, rank: 8 },
  });
  expect(basename(options.dataset)).toBe("house-style-360.jsonl");
  expect(options.questions).toHaveLength(5);
});

test("the toy has rows, epochs and rate of its own, and is asked nothing", () => {
  const options = parseDemoOptions(["--model", "toy"]);
  expect(options).toMatchObject({ modelWasGiven: true, epochs: 2, learningRate: 0.006, questions: [] });
  expect(isAbsolute(options.model) && existsSync(options.model)).toBe(true);
});

test("what is given is taken, and other rows than the house style's are not asked about", () => {
  const given = ["--contributors", "3", "--rank", "4", "--epochs", "1", "--learning-rate", "0.003"];
  expect(parseDemoOptions([...given, "--dataset", "rows.csv", "--out", "kept", "--json"])).toMatchObject({
    ...{ contributors: 3, rank: 4, epochs: 1, learningRate: 0.003, questions: [], json: true },
    dataset: expect.stringMatching(/rows\.csv$/),
    out: expect.stringMatching(/kept$/),
  });
});

test.each([
  [["--contributors", "9"], '--contributors is "9"', "whole number from 1 to 5"],
  [["--rank", "many"], '--rank is "many"', "whole number from 4 to 64"],
  [["--kind", "sound"], '--kind is "sound"', "llm, image"],
])("%j is refused, and what to give is said", (args, message, fix) => {
  expect(() => parseDemoOptions(args)).toThrow(
    expect.objectContaining({ message: expect.stringContaining(message), fix: expect.stringContaining(fix) }),
  );
});
