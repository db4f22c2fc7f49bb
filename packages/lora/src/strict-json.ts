/** A string, a bracket, a separator, or any other run: enough to follow the structure of valid JSON. */
const tokens = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^"{}[\],:\s]+/gs;

/**
 * JSON.parse that refuses an object naming a key twice, where JSON.parse would silently keep the last.
 * @throws SyntaxError naming the key
 */
export function parseStrictJson(text: string): unknown {
  const value: unknown = JSON.parse(text);
  const open: (Set<string> | null)[] = [];
  let previous = "";
  for (const [token] of text.matchAll(tokens)) {
    if (token === "{") open.push(new Set());
    else if (token === "[") open.push(null);
    else if (token === "}" || token === "]") open.pop();
    else if (token === ":") {
      const key = String(JSON.parse(previous));
      const keys = open.at(-1);
      if (keys?.has(key)) throw new SyntaxError(`the key ${JSON.stringify(key)} appears twice`);
      keys?.add(key);
    }
    previous = token;
  }
  return value;
}
