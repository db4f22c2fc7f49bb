/** The longest line that is kept whole; a table of confusions of a thousand classes has three million characters. */
const mostCharacters = 8 * 1024 ** 2;

/**
 * Cuts a text that comes in pieces into its lines. A line beyond `most` characters is cut there: what a script prints
 * that has fallen into other hands must not fill this process's memory.
 */
export function createLineReader(onLine: (line: string) => void, most = mostCharacters) {
  let line = "";
  let afterReturn = false;

  function push(text: string): void {
    if (text === "") return;
    const rest = afterReturn && text.startsWith("\n") ? text.slice(1) : text;
    afterReturn = text.endsWith("\r");
    for (const [index, piece] of rest.split(/\r\n|\n|\r/).entries()) {
      if (index > 0) flush();
      if (line.length < most) line += piece.slice(0, most - line.length);
    }
  }

  function flush(): void {
    const whole = line;
    line = "";
    onLine(whole);
  }

  /** The last line need not be ended. */
  function end(): void {
    if (line !== "") flush();
  }

  return { push, end };
}
