import fc from "fast-check";

const texts = [
  "",
  "0",
  "-1",
  "x",
  "01",
  "1e9",
  "9".repeat(78),
  `0x${"Ab".repeat(20)}`,
  `0x${"e".repeat(64)}`,
];
const numbers = [0, -1, 0.5, 1, 1e300, Number.MAX_SAFE_INTEGER];

/** What is put in the place of a value: mostly something of its kind, which gets further; else whatever JSON can say. */
function valuesLike(value: unknown): fc.Arbitrary<unknown> {
  const others = fc.oneof(fc.constantFrom<unknown>(null, [], {}, [[]]), fc.jsonValue({ maxDepth: 2 }));
  const alike = typeof value === "string" ? texts : typeof value === "number" ? numbers : [[], undefined];
  return fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom<unknown>(...alike) },
    { weight: 1, arbitrary: others },
  );
}

type Path = (string | number)[];

/** Every place in a document with what stands there, its root left out. */
function placesIn(value: unknown, at: Path = []): { path: Path; value: unknown }[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const path = [...at, Array.isArray(value) ? Number(key) : key];
    return [{ path, value: inner }, ...placesIn(inner, path)];
  });
}

/** A document with up to three of its values replaced, or left out. */
export function mutationsOf(document: object): fc.Arbitrary<unknown> {
  const change = fc
    .constantFrom(...placesIn(document))
    .chain(({ path, value }) => fc.record({ path: fc.constant(path), value: valuesLike(value) }));
  return fc.array(change, { minLength: 1, maxLength: 3 }).map((changes) => {
    const changed = structuredClone(document);
    for (const { path, value } of changes) put(changed, path, value);
    return changed;
  });
}

function put(document: object, path: Path, value: unknown): void {
  let parent = document as Record<string | number, unknown>;
  for (const key of path.slice(0, -1)) {
    const next = parent[key];
    // An earlier change has taken the place away.
    if (typeof next !== "object" || next === null) return;
    parent = next as Record<string | number, unknown>;
  }
  const key = path.at(-1) ?? "";
  if (value === undefined && !Array.isArray(parent)) delete parent[key];
  else parent[key] = value ?? null;
}
