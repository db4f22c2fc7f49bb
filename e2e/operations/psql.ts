/** As `psql -qtA` does: the statements on standard input, sent to DATABASE_URL; the rows of the last one come out. */
import { text } from "node:stream/consumers";
import { connect } from "@trainchain/db";

const { pool, close } = connect(process.env.DATABASE_URL ?? "", { poolSize: 1 });
const results = [await pool.query(await text(process.stdin))].flat();
for (const row of results.at(-1)?.rows ?? []) console.log(Object.values(row).join("|"));
await close();
