import { join } from "node:path";
import { build } from "rolldown";
import { keepPlaces } from "./keep-places.ts";

/**
 * The command as JavaScript in `folder`, with the agent and the threads that it starts and every package that they
 * import: Node strips no types below node_modules. What a command loads when it is asked for stays a file of its own, so
 * that the others start at once.
 * @returns the modules that were bundled, by their paths
 */
export async function bundlePrograms(root: string, folder: string): Promise<string[]> {
  const { output } = await build({
    input: { trainchain: join(root, "apps", "cli", "src", "packaged.ts") },
    platform: "node",
    // A faster driver that somebody may have installed beside pg, which looks for it.
    external: ["pg-native"],
    plugins: [keepPlaces(root)],
    output: {
      dir: folder,
      format: "esm",
      entryFileNames: "[name].js",
      chunkFileNames: "[name]-[hash].js",
      // Names stay, for whoever reads a stack trace.
      minify: { compress: true, mangle: false, codegen: { removeWhitespace: true } },
    },
    logLevel: "warn",
  });
  return output.flatMap((chunk) => (chunk.type === "chunk" ? chunk.moduleIds : []));
}
