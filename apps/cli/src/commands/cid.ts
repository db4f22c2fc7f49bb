import { createReadStream } from "node:fs";
import { computeCid } from "@trainchain/storage";
import type { Command } from "commander";
import { withJson } from "../options.ts";
import { createOutput } from "../output.ts";
import { assertReadable } from "../readable-file.ts";

export function defineCid(command: Command): void {
  withJson(command)
    .argument("<file>", "path, or - for standard input")
    .action(async (file: string, { json }: { json: boolean }) => {
      if (file !== "-") await assertReadable(file);
      const cid = await computeCid(file === "-" ? process.stdin : createReadStream(file));
      createOutput(json).result({ file, cid }, () => [cid]);
    });
}
