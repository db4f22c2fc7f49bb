import { expect, it } from "vitest";
import { addressOf } from "./fetch-from-hub.ts";

it.each([
  ["hf://ann/rows", "hf://ann/rows"],
  [" ann/rows@v1.0 ", "hf://ann/rows@v1.0"],
  ["https://huggingface.co/datasets/ann/rows", "hf://ann/rows"],
  ["https://huggingface.co/datasets/ann/rows?row=3", "hf://ann/rows"],
  ["https://huggingface.co/datasets/ann/rows/tree/main", "hf://ann/rows@main"],
  [
    "https://huggingface.co/datasets/ann/rows/blob/main/data/a%20b.jsonl",
    "hf://ann/rows@main/data/a b.jsonl",
  ],
])("%s is %s", (typed, address) => {
  expect(addressOf(typed)).toBe(address);
});
