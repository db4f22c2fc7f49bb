import { emitJson, type ReaderOptions, type RowReader, type RowSink } from "./row-reader.ts";

/** JSON Lines: one JSON object per line; blank lines are skipped. */
export function createJsonlReader(sink: RowSink, { maxRowChars }: ReaderOptions): RowReader {
  let line = 1;
  let unfinished = "";
  /** Inside a line that is already known to be too long. */
  let skipping = false;

  const take = (text: string) => {
    if (skipping || text.length > maxRowChars) sink.problem("row-too-large", line);
    else if (!isBlank(text)) emitJson(sink, line, text);
    skipping = false;
  };

  const keep = (text: string) => {
    if (!skipping) unfinished += text;
    if (unfinished.length <= maxRowChars) return;
    skipping = true;
    unfinished = "";
  };

  return {
    push(text) {
      let start = 0;
      for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", start)) {
        const rest = text.slice(start, end);
        take(unfinished.length > 0 ? unfinished + rest : rest);
        unfinished = "";
        line += 1;
        start = end + 1;
      }
      keep(text.slice(start));
      return true;
    },
    end() {
      take(unfinished);
      unfinished = "";
    },
    line: () => line,
  };
}

/** Only a short line can be blank, so long ones are not searched. */
function isBlank(text: string): boolean {
  return text.charCodeAt(0) !== 0x7b && text.trim() === "";
}
