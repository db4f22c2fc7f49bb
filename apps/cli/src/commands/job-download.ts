import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join, resolve, sep } from "node:path";
import { saveStream } from "@trainchain/api-client/node";
import { TrainChainError } from "@trainchain/protocol";
import type { Command } from "commander";
import { parseTar } from "nanotar";
import { jobNumber, withWallet } from "../options.ts";
import { createOutput } from "../output.ts";
import { openWalletPlatform, type PlatformOptions } from "../platform.ts";

interface Options extends PlatformOptions {
  out?: string;
  json: boolean;
}

export function addJobDownload(parent: Command): void {
  withWallet(parent.command("download"))
    .description("fetch the result of your job: merged adapter or model, model card and receipt.json")
    .argument("<job>", "its number", jobNumber)
    .option("--out <dir>", "folder to put it in (default: job-<number>)")
    .action(async (jobId: string, options: Options) => {
      const folder = resolve(options.out ?? `job-${jobId}`);
      const { api } = await openWalletPlatform(options);
      await mkdir(folder, { recursive: true });
      const archive = join(folder, ".result.tar");
      await saveStream(await api.downloadResult(jobId), archive);
      const files = await extractTar(archive, folder).finally(() => rm(archive, { force: true }));
      const receipt = await api.getAnyReceipt(jobId);
      await writeFile(join(folder, "receipt.json"), `${JSON.stringify(receipt, null, 2)}\n`);
      createOutput(options.json).result({ jobId, folder, files, receipt }, () => [
        ...files,
        "receipt.json",
        `✓ in ${folder}`,
      ]);
    });
}

/** Writes an archive's files below the folder and nowhere else. An adapter fits in memory. */
async function extractTar(archive: string, folder: string): Promise<string[]> {
  const files = parseTar(await readFile(archive)).filter(({ type }) => type === "file");
  for (const { name, data } of files) {
    const path = resolve(folder, name);
    if (!path.startsWith(folder + sep))
      throw new TrainChainError("invalid-input", `the archive has a file outside its folder: ${name}`, {
        fix: "Do not use this result; report it.",
      });
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, data ?? new Uint8Array());
  }
  return files.map(({ name }) => name);
}
