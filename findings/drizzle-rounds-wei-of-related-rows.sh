#!/usr/bin/env bash
# One would guess: a custom column type that turns numeric(78,0) into bigint gives the same bigint wherever the column is
# read, because its fromDriver is handed the text that PostgreSQL sends.
# So it is with drizzle-orm 0.45.4: read by itself the column is exact; read as a related row (`with`), PostgreSQL makes
# JSON of it, JSON.parse makes a double of that, and fromDriver is handed the rounded number. One wei of a stake of two
# POL is lost without an error: what reads amounts in wei has to join for itself, or cast to text.
# Seen: "plain 2000000000000000003n from a string", "related 2000000000000000000n from a number".
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund drizzle-orm@0.45.4 @electric-sql/pglite@0.5.17
cat >wei.mjs <<'JS'
import { readFileSync } from "node:fs";
import { PGlite } from "@electric-sql/pglite";
import { relations } from "drizzle-orm";
import { drizzle } from "drizzle-orm/pglite";
import { customType, integer, pgTable } from "drizzle-orm/pg-core";

const handed = [];
const wei = customType({
  dataType: () => "numeric(78,0)",
  fromDriver: (value) => (handed.push(typeof value), BigInt(value)),
  toDriver: (value) => value.toString(),
});
const jobs = pgTable("jobs", { id: integer("id").primaryKey() });
const payouts = pgTable("payouts", { jobId: integer("job_id"), amount: wei("amount") });
const jobsRelations = relations(jobs, ({ many }) => ({ payouts: many(payouts) }));
const payoutsRelations = relations(payouts, ({ one }) => ({ job: one(jobs, { fields: [payouts.jobId], references: [jobs.id] }) }));

const client = new PGlite();
await client.exec("create table jobs (id int primary key); create table payouts (job_id int, amount numeric(78,0))");
const db = drizzle(client, { schema: { jobs, payouts, jobsRelations, payoutsRelations } });
const stake = 2_000_000_000_000_000_003n;
await db.insert(jobs).values({ id: 1 });
await db.insert(payouts).values({ jobId: 1, amount: stake });

const [plain] = await db.select().from(payouts);
const [job] = await db.query.jobs.findMany({ with: { payouts: true } });
const related = job.payouts[0].amount;
console.log("drizzle-orm", JSON.parse(readFileSync("node_modules/drizzle-orm/package.json", "utf8")).version, (await client.query("show server_version")).rows[0].server_version);
console.log("stored ", stake);
console.log("plain  ", plain.amount, "from a", handed[0]);
console.log("related", related, "from a", handed[1]);
const same = plain.amount === stake && handed[0] === "string" && related === 2_000_000_000_000_000_000n && handed[1] === "number";
console.log(same ? "as stated" : "this has changed");
process.exit(same ? 0 : 1);
JS
node wei.mjs
