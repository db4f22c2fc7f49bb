const quote = 0x22;
const backslash = 0x5c;
const tokenOf = { '"instruction"': "instruction", '"input"': "input", '"output"': "output" } as const;

/**
 * The row as `serialiseRow` writes it, cut out of its own source: for JSON that `JSON.parse` accepts and whose
 * fields are all strings. Undefined where the source may spell a string in another way than `JSON.stringify`
 * does. Half of the time of sharding would otherwise go into writing the strings anew.
 */
export function reuseSource(source: string): string | undefined {
  // Without \u and \/ every escape that JSON knows is the one that JSON.stringify writes.
  if (source.includes("\\u") || source.includes("\\/")) return undefined;
  const tokens = { instruction: '""', input: '""', output: '""' };
  for (let at = source.indexOf('"'); at >= 0; at = source.indexOf('"', at)) {
    const keyEnd = endOfString(source, at);
    const key = source.slice(at, keyEnd);
    at = source.indexOf(":", keyEnd) + 1;
    while (isSpace(source.charCodeAt(at))) at += 1;
    if (source.charCodeAt(at) !== quote) return undefined;
    const valueEnd = endOfString(source, at);
    if (key in tokenOf) tokens[tokenOf[key as keyof typeof tokenOf]] = source.slice(at, valueEnd);
    at = valueEnd;
  }
  return `{"instruction":${tokens.instruction},"input":${tokens.input},"output":${tokens.output}}`;
}

/** The place after the closing quote of the string that opens at `start`. */
function endOfString(source: string, start: number): number {
  let end = start;
  do {
    end = source.indexOf('"', end + 1);
  } while (isEscaped(source, end));
  return end + 1;
}

function isEscaped(source: string, at: number): boolean {
  let before = at - 1;
  while (source.charCodeAt(before) === backslash) before -= 1;
  return (at - before) % 2 === 0;
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
}
