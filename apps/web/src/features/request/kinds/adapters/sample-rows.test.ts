import { serialiseRow } from "@trainchain/dataset";
import { expect, it } from "vitest";
import { createRowSampler } from "./sample-rows.ts";

function sampleOf(...outputs: string[]) {
  const sampler = createRowSampler();
  for (const output of outputs)
    sampler.row(new TextEncoder().encode(serialiseRow({ instruction: "Grüße", input: "", output })));
  return sampler.sample();
}

it("keeps the first five rows as they are written, and counts the characters of all", () => {
  const { firstRows, characters } = sampleOf("a", "b", "c", "d", "e", "f");
  expect(firstRows.map(({ output }) => output)).toEqual(["a", "b", "c", "d", "e"]);
  expect(firstRows[0]).toEqual({ instruction: "Grüße", input: "", output: "a" });
  expect(characters).toBe(6 * ("Grüße".length + 1));
});

it.each([
  ["e-mail addresses", "write to ada@example.org today"],
  ["telephone numbers", "call +1 555-123-4567"],
  ["payment card numbers", "4111 1111 1111 1111"],
  ["private keys", "-----BEGIN OPENSSH PRIVATE KEY-----"],
  ["access keys", `AKIA${"A".repeat(16)}`],
])("sees %s, once a row", (kind, text) => {
  expect(sampleOf(text, "nothing here", `${text} ${text}`).sensitiveRows).toEqual({ [kind]: 2 });
});

it("sees nothing in plain sums and dates", () => {
  expect(sampleOf("On 2026-11-22 the answer was 12345678 @ home.").sensitiveRows).toEqual({});
});
