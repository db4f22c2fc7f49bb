/**
 * What must not reach a terminal from text of others: control characters (they move the cursor, clear the screen, set
 * the title), line and paragraph separators, halves of surrogate pairs, and characters that turn the direction of what
 * follows. Joiners stay: several scripts and pictures need them.
 */
const unprintable = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu;
const unprintableInJson = /[\u007f-\u009f\p{Zl}\p{Zp}\p{Bidi_Control}]/gu;

/** A line's text with a replacement character (U+FFFD) for each that a terminal would act on. */
export function printable(line: string): string {
  return line.replace(unprintable, "\u{fffd}");
}

/** JSON for a terminal or a program; amounts (bigint) are decimal strings. All that a terminal would act on is escaped. */
export function printableJson(document: unknown, indent?: number): string {
  const text = JSON.stringify(
    document,
    (_, value) => (typeof value === "bigint" ? value.toString() : value),
    indent,
  );
  return text.replace(
    unprintableInJson,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
