import { expect, it } from "vitest";
import { statementOf } from "./statement-of.ts";
import { imageReceipt } from "./testing/image-receipt.ts";

it("an image job's statement is about its model, and names the platform where the receipt does", () => {
  const { subject, predicate } = statementOf({ ...imageReceipt, platform: "https://api.example.org" });
  expect(subject).toEqual([{ name: "model.onnx", digest: { sha256: imageReceipt.result.modelSha256 } }]);
  expect(predicate.runDetails.builder.id).toBe("https://api.example.org");
  expect(statementOf(imageReceipt).predicate.runDetails.builder.id).toBe(
    `eip155:80002:${imageReceipt.result.escrow}`,
  );
});

it.each([
  [{ id: "Qwen/Qwen2.5-1.5B-Instruct", revision: "989a" }, "pkg:huggingface/Qwen/Qwen2.5-1.5B-Instruct@989a"],
  [{ id: "a toy", revision: "local" }, "pkg:generic/a%20toy@local"],
])("the base model %j is told by its package URL", (model, uri) => {
  const receipt = { ...imageReceipt, result: { ...imageReceipt.result, model } };
  const { resolvedDependencies } = statementOf(receipt as typeof imageReceipt).predicate.buildDefinition;
  expect(resolvedDependencies).toContainEqual({ name: "base model", uri });
});
