import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { ensureUv } from "@trainchain/python-env";

const root = fileURLToPath(new URL("..", import.meta.url));
const pipAudit = "pip-audit==2.10.1";

export interface Audit {
  ecosystem: "npm" | "Python";
  packages: number;
  /** Of those, the ones that the source could say nothing of; a source that does not answer knows none. */
  unanswered: number;
  vulnerabilities: { package: string; advisory: string; mend: string }[];
}

/** Asks the registries what is known of the packages that run at a user's or on a server. */
export async function auditPackages(): Promise<Audit[]> {
  const uv = await ensureUv({ cacheDir: fileURLToPath(new URL("../.toolchain/uv", import.meta.url)) });
  const requirements = ["--requirement", "trainer/requirements.txt", "--no-deps", "--disable-pip"];
  return [
    readNpmAudit(run("npm", "audit", "--omit=dev", "--json")),
    readPipAudit(run(uv, "tool", "run", pipAudit, ...requirements, "--format", "json")),
  ];
}

/** What `npm audit --json` says. */
export function readNpmAudit(text: string): Audit {
  const { metadata, vulnerabilities = {} } = parse(text) as {
    metadata?: { dependencies: { prod: number } };
    vulnerabilities?: Record<
      string,
      { via: (string | { title: string; url: string })[]; fixAvailable: unknown }
    >;
  };
  return {
    ecosystem: "npm",
    packages: metadata?.dependencies.prod ?? 0,
    unanswered: metadata ? 0 : Number.POSITIVE_INFINITY,
    vulnerabilities: Object.entries(vulnerabilities).flatMap(([name, { via, fixAvailable }]) =>
      via
        .filter((cause) => typeof cause !== "string")
        .map(({ title, url }) => ({
          package: name,
          advisory: `${title} (${url})`,
          mend: fixAvailable ? "npm audit fix" : "none yet",
        })),
    ),
  };
}

/** What `pip-audit --format json` says. */
export function readPipAudit(text: string): Audit {
  const { dependencies } = parse(text) as {
    dependencies?: { name: string; skip_reason?: string; vulns?: { id: string; fix_versions: string[] }[] }[];
  };
  const asked = dependencies ?? [];
  return {
    ecosystem: "Python",
    packages: asked.length,
    unanswered: dependencies ? asked.filter(({ vulns }) => !vulns).length : Number.POSITIVE_INFINITY,
    vulnerabilities: asked.flatMap(({ name, vulns = [] }) =>
      vulns.map(({ id, fix_versions }) => ({
        package: name,
        advisory: id,
        mend: fix_versions.join(" or ") || "none yet",
      })),
    ),
  };
}

function run(program: string, ...args: string[]): string {
  const { stdout } = spawnSync(program, args, { cwd: root, encoding: "utf8", maxBuffer: 64 * 1024 ** 2 });
  return stdout ?? "";
}

function parse(text: string): object {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
