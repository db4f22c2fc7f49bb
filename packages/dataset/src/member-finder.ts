const longestName = 200;

/**
 * Follows the text of one JSON object up to the array that one of its members is. `onOther` is told of every other
 * member that is a list of objects, before and after.
 */
export function createMemberFinder(wanted: string, onOther: (name: string) => void) {
  let depth = 0;
  let inString = false;
  let escaped = false;
  let found = false;
  let word = "";
  /** The member whose value comes next, and after its `[` whether it is a list of objects. */
  let name: string | undefined;
  let listOf: string | undefined;

  const readInString = (character: string): void => {
    if (escaped) escaped = false;
    else if (character === "\\") escaped = true;
    else if (character === '"') {
      inString = false;
      return;
    }
    if (depth === 1 && word.length < longestName) word += character;
  };

  /** True where the wanted array opens. */
  const readOutside = (character: string): boolean => {
    if (/\s/.test(character)) return false;
    if (listOf !== undefined && character === "{") onOther(listOf);
    listOf = undefined;
    if (character === '"') {
      inString = true;
      word = "";
    } else if (character === ":" && depth === 1) {
      name = word;
      return false;
    } else if (character === "[" || character === "{") {
      if (depth === 1 && character === "[" && name !== undefined) {
        if (name === wanted && !found) {
          found = true;
          name = undefined;
          return true;
        }
        listOf = name;
      }
      depth += 1;
    } else if (character === "]" || character === "}") depth -= 1;
    name = undefined;
    return false;
  };

  return {
    /** Returns the place behind the `[` of the wanted array, or −1 where the text ends before it. */
    push(text: string, from: number): number {
      for (let at = from; at < text.length; at++) {
        const character = text[at]!;
        if (inString) readInString(character);
        else if (readOutside(character)) return at + 1;
      }
      return -1;
    },
  };
}
