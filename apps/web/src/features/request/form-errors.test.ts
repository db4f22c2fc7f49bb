import { createLlmFinetuneSchema } from "@trainchain/protocol";
import { expect, it } from "vitest";
import { readForm } from "./form-errors.ts";

it("each field that the API would refuse has its complaint", () => {
  const body = {
    uploadId: "not-sent-yet",
    model: "toy-model",
    contributors: 99,
    rank: 8,
    epochs: 0,
    rewardWei: "1",
  };
  const { ok, errors } = readForm(createLlmFinetuneSchema, body);
  expect(ok).toBe(false);
  expect(Object.keys(errors).sort()).toEqual(["contributors", "epochs"]);
});
