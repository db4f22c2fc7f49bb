import { expect, test } from "vitest";
import { type EnvironmentProgress, readUvProgress } from "./progress.ts";

test("uv's lines become packages, sizes and counts", () => {
  const seen: EnvironmentProgress[] = [];
  const progress = readUvProgress((event) => seen.push(event));
  const lines = ["Resolved 102 packages in 834ms", "Downloading torch (2.0MiB)", "Downloading ruff (1.5MiB)"];
  for (const line of [...lines, " Downloaded ruff"]) progress.line(line);
  progress.tick(1024);
  for (const line of ["Prepared 102 packages in 34.26s", "Installed 102 packages in 774ms"])
    progress.line(line);
  progress.tick(2048);
  expect(seen.map(({ phase, message }) => `${phase}: ${message}`)).toEqual([
    "resolving: 102 packages needed",
    "downloading: torch (2.0 MiB)",
    "downloading: ruff (1.5 MiB)",
    "downloading: ruff downloaded, 1.5 MiB of 3.5 MiB",
    "downloading: 1.5 MiB of 3.5 MiB, 1 KiB on disk",
    "installing: 102 packages installed",
  ]);
  expect(seen[3]).toMatchObject({ packageName: "ruff", doneBytes: 1.5 * 2 ** 20, totalBytes: 3.5 * 2 ** 20 });
});
