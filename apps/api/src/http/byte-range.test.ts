import { expect, it } from "vitest";
import { parseRange } from "./byte-range.ts";

it.each([
  ["bytes=0-", { first: 0, last: 99 }],
  ["bytes=40-", { first: 40, last: 99 }],
  ["bytes=40-49", { first: 40, last: 49 }],
  ["bytes=99-500", { first: 99, last: 99 }],
  ["bytes=-10", { first: 90, last: 99 }],
  ["bytes=-500", { first: 0, last: 99 }],
])("%s of 100 bytes is read as RFC 9110 says", (header, range) => {
  expect(parseRange(header, 100)).toEqual(range);
});

it.each([undefined, "", "bytes=-", "bytes=9-3", "bytes=0-1,5-6", "lines=1-2", "bytes=a-b"])(
  "%s is answered with the whole",
  (header) => {
    expect(parseRange(header, 100)).toBeUndefined();
  },
);

it.each(["bytes=100-", "bytes=100-200", "bytes=-0"])("%s of 100 bytes is refused", (header) => {
  expect(() => parseRange(header, 100)).toThrow(expect.objectContaining({ code: "range-invalid" }));
});
