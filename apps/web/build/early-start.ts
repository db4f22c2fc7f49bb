import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { relative } from "node:path";
import type { Plugin, Rolldown } from "vite";

/** What a page asks first, by its route: as src/api/open-queries.ts asks it, to the letter. */
const firstQuestions: Record<string, string[]> = {
  "/home": ["totals"],
  "/contributor-pool": ["jobs/contributor-pool?sort=standing&limit=25"],
  "/browse-jobs": ["jobs?status=open"],
  "/job/$jobId": ["jobs/$jobId", "jobs/$jobId/timeline?limit=100"],
};
/** The footer of every page. */
const askedEverywhere = "config";

/**
 * A small script that runs while the site's own is still on its way: it has the browser fetch the scripts of the page
 * that was opened, and asks the API what that page will ask first (src/api/early-answers.ts hands the answers over).
 */
export function earlyStart(apiUrl: string): Plugin {
  return {
    name: "early-start",
    apply: "build",
    generateBundle: {
      order: "post",
      async handler(_options, bundle) {
        const router = await readFile(new URL("../src/router.tsx", import.meta.url), "utf8");
        const pages = [...router.matchAll(/path: "([^"]+)",\s+component: .*?import\("\.\/([^"]+)"\)/gs)].map(
          ([, path = "", file = ""]) => [path, scriptsOf(file, bundle), firstQuestions[path] ?? []],
        );
        if (pages.length === 0) throw new Error("no page was found in src/router.tsx");
        const source = `(${startEarly})(${JSON.stringify(pages)}, ${JSON.stringify(apiUrl)}, "${askedEverywhere}");\n`;
        const hash = createHash("sha256").update(source).digest("base64url").slice(0, 8);
        const fileName = `assets/early-${hash}.js`;
        this.emitFile({ type: "asset", fileName, source });
        const html = bundle["index.html"];
        if (html?.type !== "asset") throw new Error("the site has no index.html");
        html.source = html.source
          .toString()
          .replace("</title>", `</title>\n    <script async src="/${fileName}"></script>`);
      },
    },
  };
}

/** The scripts that a page needs beside those that every page has. */
function scriptsOf(file: string, bundle: Rolldown.OutputBundle): string[] {
  const chunks = Object.values(bundle).filter((output) => output.type === "chunk");
  const withImports = (name: string): string[] => {
    const chunk = chunks.find(({ fileName }) => fileName === name);
    return [name, ...(chunk?.imports.flatMap(withImports) ?? [])];
  };
  const entry = chunks.find(({ isEntry }) => isEntry)?.fileName ?? "";
  const page = chunks.find(({ facadeModuleId }) => facadeModuleId && isSource(facadeModuleId, file));
  if (!page) throw new Error(`${file} has no script of its own`);
  const everywhere = new Set(withImports(entry));
  return [...new Set(withImports(page.fileName))].filter((name) => !everywhere.has(name));
}

const isSource = (id: string, file: string) =>
  relative(new URL("../src", import.meta.url).pathname, id) === file;

/** Runs in the page, as it stands here. */
function startEarly(pages: [string, string[], string[]][], apiUrl: string, everywhere: string): void {
  for (const [path, scripts, questions] of pages) {
    const match = new RegExp(`^${path.replace(/\$\w+/, "([^/]+)")}/?$`).exec(location.pathname);
    if (!match) continue;
    for (const script of scripts) {
      const link = document.createElement("link");
      Object.assign(link, { rel: "modulepreload", href: `/${script}` });
      document.head.append(link);
    }
    const answers = new Map<string, Promise<Response>>();
    for (const question of [...questions, everywhere]) {
      const url = `${apiUrl || location.origin}/${question.replace(/\$\w+/, match[1] ?? "")}`;
      const answer = fetch(url, { credentials: "include" });
      // Whoever takes it sees the failure.
      answer.catch(() => undefined);
      answers.set(url, answer);
    }
    Object.assign(window, { earlyAnswers: answers });
  }
}
