import { styleText } from "node:util";

/** What a line begins with that says how it stands. */
const signs = { "✓": "green", "✗": "red", "!": "yellow", "–": "gray" } as const;

/**
 * A line with its sign in colour, where that stream is a terminal that shows colours; NO_COLOR and FORCE_COLOR decide
 * for either, as in any other program. The line is one that a terminal acts on in no other way.
 */
export function colourSign(stream: "stdout" | "stderr", line: string): string {
  const [, before = "", sign] = /^(\s*)([✓✗!–])(?= )/u.exec(line) ?? [];
  if (sign === undefined) return line;
  const colour = signs[sign as keyof typeof signs];
  const coloured = styleText(colour, sign, { stream: process[stream] });
  return `${before}${coloured}${line.slice(before.length + sign.length)}`;
}
