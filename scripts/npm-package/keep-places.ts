import { dirname, join, relative, sep } from "node:path";
import type { Plugin } from "rolldown";

/** What a source says of its own place, and the programs and threads that it starts by their place beside it. */
const places = /new URL\("(\.[^"]+\.ts)", import\.meta\.url\)|import\.meta\.(url|dirname)\b/g;

/**
 * Sources find files by where they themselves stand in this tree. All code of the package lies in one folder of its
 * root, and what it finds lies where it does here: so each source goes on as if it stood where it was. What it starts
 * becomes a file of the bundle too.
 */
export function keepPlaces(root: string): Plugin {
  return {
    name: "keep-places",
    transform: {
      filter: { id: { include: /\.ts$/, exclude: /[\\/]node_modules[\\/]/ }, code: "import.meta." },
      handler(code, id) {
        const place = `../${relative(root, id).split(sep).join("/")}`;
        return code.replace(places, (_, started: string | undefined, asked: string) => {
          if (started) return `new URL(import.meta.ROLLUP_FILE_URL_${this.emitFile(programOf(id, started))})`;
          if (asked === "dirname") return `(import.meta.dirname + "/${dirname(place)}")`;
          return `new URL("${place}", import.meta.url).href`;
        });
      },
    },
  };
}

function programOf(by: string, path: string): { type: "chunk"; id: string } {
  return { type: "chunk", id: join(dirname(by), path) };
}
