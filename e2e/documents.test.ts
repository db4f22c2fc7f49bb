import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildProgram } from "@trainchain/cli";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
const documents = globSync(["*.md", "docs/**/*.md"], { cwd: root });
const scripts: Record<string, string> = JSON.parse(readFileSync(join(root, "package.json"), "utf8")).scripts;

/** Every line of a document's shell blocks that calls npm, without its comment. */
function npmCommands(document: string): string[] {
  const text = readFileSync(join(root, document), "utf8");
  return [...text.matchAll(/```bash\n([\s\S]*?)```/g)]
    .flatMap(([, block = ""]) => block.split("\n"))
    .map((line) => line.replace(/\s+#.*$/, "").trim())
    .filter((line) => /^npm (test|start|run )/.test(line));
}

const commands = [...new Set(documents.flatMap(npmCommands))];

it("the documents name the two commands", () => {
  expect(commands).toEqual(expect.arrayContaining(["npm run demo", "npm test"]));
});

describe.each(commands)("%s", (command) => {
  it("names a script, a bench or a trainchain command that exists", async () => {
    const [script = "", ...args] = command.replace(/^npm (run )?/, "").split(/\s+/);
    expect(scripts).toHaveProperty(script);
    const rest = args.filter((arg) => arg !== "--");
    if (script === "bench")
      expect(existsSync(join(root, "scripts", "bench", `${rest[0]}.ts`)), rest[0]).toBe(true);
    if (script === "trainchain") {
      const [noun = "", ...words] = rest.filter((arg) => /^[a-z]+$/.test(arg)).slice(0, 2);
      const program = await buildProgram([noun]);
      const found = program.commands.find((command) => command.name() === noun);
      expect(found, noun).toBeDefined();
      if (found && found.commands.length > 0)
        expect(found.commands.map((command) => command.name())).toContain(words[0]);
    }
  });
});

it.each(documents)("%s links only to files that exist", (document) => {
  const text = readFileSync(join(root, document), "utf8");
  const links = [...text.matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)].map(([, link = ""]) => link);
  expect(links.filter((link) => !existsSync(join(root, dirname(document), link)))).toEqual([]);
});
