/** `node scripts/print-configuration.ts`: writes docs/configuration.md and .env.example from the env schemas. */
import { writeFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";
import { listVariables, type Reader, type Variable } from "./configuration/list-variables.ts";

const titles: Record<Reader, string> = {
  api: "API",
  indexer: "indexer",
  worker: "worker",
  evaluator: "evaluator",
  admin: "`trainchain admin`, `doctor`",
  command: "`trainchain`",
  agent: "agent",
  app: "app",
  deploy: "`npm run deploy`",
};

/** docs/configuration.md: one table of all variables. */
export function printTable(variables: readonly Variable[]): string {
  const rows = variables.map(
    ({ name, readers: by, requiredBy, fallback, choices, meaning }) =>
      `| \`${name}\` | ${by.map((reader) => mark(titles[reader], requiredBy.includes(reader))).join(", ")} | ${
        fallback === undefined || fallback === "" ? "–" : `\`${fallback}\``
      } | ${meaning}${choices.length > 0 ? ` (${choices.join(", ")})` : ""} |`,
  );
  return `# Configuration

Every variable that a process reads, made from the schemas that read them by \`node scripts/print-configuration.ts\`. A process that lacks one printed in bold, or finds one wrong, names it and ends; an empty variable counts as not set. \`npm start\` and \`npm run demo\` set all of them by themselves; \`.env.example\` is a form to fill in for a server.

| variable | read by (**must have it**) | default | meaning |
|---|---|---|---|
${rows.join("\n")}
`;
}

/** .env.example: what must be set is open, everything else is a comment that shows its default. */
export function printExample(variables: readonly Variable[]): string {
  const groups: [string, Reader[]][] = [
    ["api, indexer and worker", ["api", "indexer", "worker"]],
    ["the evaluator, where it is a process of its own", ["evaluator"]],
    ["commands and the contributor's agent", ["command", "agent", "app"]],
    ["npm run deploy", ["deploy"]],
  ];
  const printed = new Set<string>();
  const parts = groups.map(([title, of]) => {
    const lines = variables
      .filter(({ name, readers: by }) => !printed.has(name) && by.some((reader) => of.includes(reader)))
      .flatMap((variable) => {
        printed.add(variable.name);
        return exampleOf(variable, of);
      });
    return `# ── ${title} ──\n\n${lines.join("\n")}`;
  });
  return `# Every variable that a process reads; docs/configuration.md is the same as a table. Made by
# \`node scripts/print-configuration.ts\`. Lines that begin with "# NAME=" show the default.

${parts.join("\n\n")}
`;
}

function exampleOf({ name, requiredBy, fallback, meaning, example, readers: by }: Variable, of: Reader[]) {
  const shown = by.filter((reader) => of.includes(reader)).join(", ");
  const must = of[0] === "api" && requiredBy.some((reader) => of.includes(reader));
  return [
    `# ${meaning} [${shown}]`,
    must ? `${name}=${example ?? ""}` : `# ${name}=${fallback ?? example ?? ""}`,
  ];
}

function mark(title: string, required: boolean): string {
  return required ? `**${title}**` : title;
}

export const outputs = [
  { file: new URL("../docs/configuration.md", import.meta.url), print: printTable },
  { file: new URL("../.env.example", import.meta.url), print: printExample },
];

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href)
  for (const { file, print } of outputs) await writeFile(file, print(listVariables()));
