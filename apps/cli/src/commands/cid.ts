import { createReadStream } from "node:fs";
import { computeCid } from "@trainchain/storage";
import type { Command } from "commander";
import { withJson } from "../options.ts";
import { createOutput } from "../output.ts";
import { assertReadable } from "../readable-file.ts";

export function addCid(parent: Command): void {
  withJson(parent.command("cid"))
    .description("print a file's CID, as `ipfs add --cid-version=1` would")
    .argument("<file>", "path, or - for standard input")
    .action(async (file: string, { json }: { json: boolean }) => {
      if (file !== "-") await assertReadable(file);
      const cid = await computeCid(file === "-" ? process.stdin : createReadStream(file));
      createOutput(json).result({ file, cid }, () => [cid]);
    });
}
