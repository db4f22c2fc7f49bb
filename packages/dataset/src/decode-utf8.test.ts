import { expect, it } from "vitest";
import { createUtf8Decoder } from "./decode-utf8.ts";

it("keeps a character cut between two pieces though the caller reads both into the same buffer", () => {
  const text = "über-Straßen 漢字 🦜 ".repeat(20);
  const bytes = Buffer.from(text);
  for (const pieceBytes of [1, 2, 3, 5, 7]) {
    const reused = Buffer.alloc(pieceBytes);
    const decoder = createUtf8Decoder();
    let decoded = "";
    for (let at = 0; at < bytes.length; at += pieceBytes) {
      const length = bytes.copy(reused, 0, at, at + pieceBytes);
      decoded += decoder.push(reused.subarray(0, length));
    }
    expect(decoded + decoder.end()).toBe(text);
  }
});
