import { zipOf } from "@trainchain/testing/generated-images";

/** One package of pure Python, whose module holds nothing. */
export interface OnePackage {
  name: string;
  version: string;
}

export function metadataOf({ name, version }: OnePackage): string {
  return `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n`;
}

/** The package's wheel. */
export function wheelOf({ name, version }: OnePackage): Promise<Uint8Array> {
  const info = `${name}-${version}.dist-info`;
  const texts = {
    [`${name}.py`]: "",
    [`${info}/METADATA`]: metadataOf({ name, version }),
    [`${info}/WHEEL`]: "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
  };
  const record = [...Object.keys(texts), `${info}/RECORD`].map((path) => `${path},,\n`).join("");
  const files = Object.entries({ ...texts, [`${info}/RECORD`]: record });
  return zipOf(files.map(([path, text]) => [path, new TextEncoder().encode(text)] as const));
}
