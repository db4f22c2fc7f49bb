import { expect, it } from "vitest";
import { formatBytes } from "./format-bytes.ts";

it.each([
  [0, "0 B"],
  [500, "500 B"],
  [1_536, "2 KiB"],
  [3 * 2 ** 20, "3.0 MiB"],
  [6.3 * 2 ** 30, "6.3 GiB"],
  [5_000 * 2 ** 40, "5000.0 TiB"],
])("%d bytes are %s", (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});
