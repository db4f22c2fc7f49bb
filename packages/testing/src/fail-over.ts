import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { connect } from "@trainchain/db";
import { type Postgres, type PostgresOptions, startPostgres } from "./postgres.ts";
import { waitFor } from "./wait-for.ts";

type Place = Required<Pick<PostgresOptions, "dataDir" | "port" | "password">>;

/**
 * Puts a standby beside a server, lets it follow by streaming until every commit waits for it, then crashes the server
 * and promotes the standby. `server` is restarted once before, to be copied.
 * @returns the promoted server.
 */
export async function failOver(server: Postgres, at: Place, standbyAt: Place): Promise<Postgres> {
  await server.stop();
  // With its owner, as whom alone PostgreSQL takes a folder.
  await promisify(execFile)("cp", ["-a", at.dataDir, standbyAt.dataDir]);
  await writeFile(join(standbyAt.dataDir, "standby.signal"), "");
  const primary = await startPostgres(at);
  const promoted = startPostgres({ ...standbyAt, standbyOf: at.port });
  const first = connect(primary.url("postgres"), { poolSize: 1 });
  await first.pool.query("alter system set synchronous_standby_names = '*'");
  await first.pool.query("select pg_reload_conf()");
  await waitFor("the standby to follow", async () => {
    const found =
      await first.sql`select from pg_stat_replication where state = 'streaming' and sync_state = 'sync'`;
    return found.length === 1;
  });
  await first.close();
  await primary.stop({ crash: true });
  const url = primary.url("postgres").replace(`:${at.port}/`, `:${standbyAt.port}/`);
  const standby = connect(url, { poolSize: 1, statementTimeoutMs: 0 });
  await standby.sql`select pg_promote()`;
  await standby.close();
  return promoted;
}
