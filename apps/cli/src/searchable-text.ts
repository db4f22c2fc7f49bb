/** Whether a text holds words one after the other, whatever white space stands between them. */
export type Holds = (words: string) => boolean;

/** In the order in which they are tried; what a text that holds no row is said not to hold it in. */
export const triedForms = "plain text, JSON and JSON Lines (also chats and texts inside texts), CSV";

/**
 * A text as rows are looked for in it: as it stands, and with the escapes of JSON and the doubled quotes of CSV undone.
 * That needs no parsing, so a form that is cut, indented, nested or has prose around it is read all the same.
 */
export function searchable(text: string): Holds {
  const unescaped = withoutEscapes(text);
  const undoubled = text.replaceAll('""', '"');
  const forms = [text, unescaped, withoutEscapes(unescaped), undoubled, withoutEscapes(undoubled)];
  const different = [...new Set(forms.map(plain))];
  return (words) => different.some((form) => holdsWords(form, plain(words)));
}

/** Words one space apart. */
export function plain(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}

const escapes: Record<string, string> = { b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };

function withoutEscapes(text: string): string {
  return text.replace(/\\(?:u([\da-fA-F]{4})|(["'\\/bfnrt]))/g, (_, code?: string, letter = "") =>
    code === undefined ? (escapes[letter] ?? letter) : String.fromCharCode(Number.parseInt(code, 16)),
  );
}

/** What makes a longer word of another, in scripts that put spaces between words. */
const inWord =
  /[[\p{L}\p{N}\p{M}_]--[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]]/v;

function holdsWords(text: string, words: string): boolean {
  if (words === "") return true;
  const isCut = (a = "", b = "") => inWord.test(a) && inWord.test(b);
  for (let at = text.indexOf(words); at >= 0; at = text.indexOf(words, at + 1)) {
    const end = at + words.length;
    if (!isCut(text[at - 1], words[0]) && !isCut(words.at(-1), text[end])) return true;
  }
  return false;
}
