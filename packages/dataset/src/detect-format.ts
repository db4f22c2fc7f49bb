export const datasetFormats = ["jsonl", "json", "csv"] as const;
export type DatasetFormat = (typeof datasetFormats)[number];

/**
 * The format of a file by its first bytes, or by its name where these do not tell: `[` begins a JSON array,
 * `{` JSON Lines, anything else CSV.
 */
export function detectFormat(name: string, firstBytes: Uint8Array): DatasetFormat {
  const text = new TextDecoder().decode(firstBytes.subarray(0, 1_024)).trimStart();
  if (text.startsWith("[")) return "json";
  if (text.startsWith("{")) return "jsonl";
  if (text === "") return formatByName(name);
  return /\.(jsonl|ndjson|json)$/i.test(name) ? "jsonl" : "csv";
}

function formatByName(name: string): DatasetFormat {
  const extension = name.toLowerCase().split(".").at(-1);
  if (extension === "csv") return "csv";
  return extension === "json" ? "json" : "jsonl";
}
