import { expect, it } from "vitest";
import { printable, printableJson } from "./printable.ts";

const commands = [
  "\u0000",
  "\u0007",
  "\t",
  "\n",
  "\r",
  "\u001b",
  "\u007f",
  "\u0085",
  "\u009b",
  "\u2028",
  "\u2029",
  "\u061c",
  "\u200e",
  "\u202e",
  "\u2066",
  "\ud83d",
];

it.each(commands)("what a terminal would act on is replaced, one for one: %j", (character) => {
  expect(printable(`a${character}[2Jb`)).toBe("a\u{fffd}[2Jb");
});

it("text of any script, joined letters and pictures stay as they are", () => {
  for (const text of ["Grüße, 世界", "می‌خواهم", "क्‍ष", "👩‍👩‍👧 ok", "e\u0301", "\u{1d11e}"])
    expect(printable(text)).toBe(text);
});

it("JSON says the same after its parsing, and holds none of them but its own line breaks", () => {
  const document = { [commands.join("")]: [`x${commands.join("")}`], amount: 5n };
  for (const indent of [undefined, 2]) {
    const text = printableJson(document, indent);
    expect(JSON.parse(text)).toEqual({ ...document, amount: "5" });
    expect(text.split("\n").map(printable).join("\n")).toBe(text);
  }
});
