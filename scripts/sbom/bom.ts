/** A package in a bill of materials. */
export interface Component {
  type: "library";
  "bom-ref": string;
  name: string;
  version: string;
  purl: string;
  licenses?: { license: { name: string } }[];
  hashes: { alg: "SHA-256" | "SHA-512"; content: string }[];
}

/** A CycloneDX document of what `product` is made of; what was found twice stands there once. */
export function bomOf(product: { name: string; version: string }, found: readonly Component[]) {
  const components = new Map(found.map((component) => [component.purl, component]));
  return {
    bomFormat: "CycloneDX",
    specVersion: "1.5",
    version: 1,
    metadata: { component: { type: "application", ...product } },
    components: [...components.values()].sort((a, b) => (a.purl < b.purl ? -1 : 1)),
  };
}
