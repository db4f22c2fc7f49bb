import { createWriteStream } from "node:fs";
import { basename, join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { HubOptions } from "@trainchain/requester";
import { isDatasetAddress, parseDatasetAddress } from "@trainchain/requester/dataset-address";
import type { Output } from "../output.ts";
import { createTempFolder, removeTempFolder } from "../temp-folder.ts";

const mostBytes = 64 * 1024 ** 3;

/** Runs on a file, fetched first and removed afterwards where it is named as `hf://…`. */
export async function withDataset<Result>(
  given: string,
  output: Output,
  use: (file: string) => Promise<Result>,
  of: HubOptions["of"] = "rows",
): Promise<Result> {
  if (!isDatasetAddress(given)) return use(given);
  const address = parseDatasetAddress(given);
  const { openHubFile, readHubFile } = await import("@trainchain/requester");
  const { readEnv } = await import("../env.ts");
  const dir = await createTempFolder("hub");
  try {
    const { HF_ENDPOINT: hub, HF_TOKEN: token } = readEnv();
    const found = await openHubFile(address, { hub, token, of });
    output.note(`fetching ${found.path} of ${found.repository} at ${found.commit}`);
    const file = join(dir, basename(found.path));
    await pipeline(readHubFile(found, mostBytes), createWriteStream(file, { flags: "wx" }));
    return await use(file);
  } finally {
    await removeTempFolder(dir);
  }
}
