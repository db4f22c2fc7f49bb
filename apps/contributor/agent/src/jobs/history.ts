import { chmodSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { TrainChainError } from "@trainchain/protocol";
import { type JobRecord, jobRecordSchema } from "./job-record.ts";
import { isDiskFull } from "./to-failure.ts";

export interface HistoryEntry {
  jobId: string;
  state: string;
  /** ISO 8601. */
  at: string;
}

export interface History {
  /**
   * Keeps the record and, when its state is new, the move. On disk when this returns; on a full disk in memory, until
   * a later save finds space. A kill in between loses moves, and every step may be run again.
   */
  save(record: JobRecord): void;
  find(jobId: string): JobRecord | undefined;
  /** All jobs, the latest first. */
  list(): JobRecord[];
  /** Every move of one job, in order. */
  moves(jobId: string): HistoryEntry[];
  close(): void;
}

const schema = `
  create table if not exists jobs (
    chain_id integer not null, escrow text not null, job_id text not null,
    state text not null, facts text not null, updated_at text not null,
    primary key (chain_id, escrow, job_id)
  ) strict;
  create table if not exists moves (
    id integer primary key, chain_id integer not null, escrow text not null, job_id text not null,
    state text not null, at text not null
  ) strict;`;

/**
 * The run history of one contributor on one escrow: a SQLite file in which every save is one synced transaction, so
 * a kill leaves either the old record or the new one. The file is held exclusively while it is open: a second agent
 * on the same folder is refused, and the system frees it when its holder dies, however it dies.
 */
export function openHistory(dir: string, { chainId, escrow }: { chainId: number; escrow: string }): History {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const path = join(dir, "history.sqlite");
  const database = openExclusively(path, dir);
  chmodSync(path, 0o600);
  const key = { chainId, escrow };
  const upsert = database.prepare(
    `insert into jobs values ($chainId, $escrow, $jobId, $state, $facts, $updatedAt)
     on conflict do update set state = $state, facts = $facts, updated_at = $updatedAt`,
  );
  const insertMove = database.prepare(
    `insert into moves (chain_id, escrow, job_id, state, at) values ($chainId, $escrow, $jobId, $state, $at)`,
  );
  const columns = `chain_id as chainId, escrow, job_id as jobId, state, facts, updated_at as updatedAt`;
  const ours = `chain_id = $chainId and escrow = $escrow`;
  const selectOne = database.prepare(`select ${columns} from jobs where ${ours} and job_id = $jobId`);
  const selectAll = database.prepare(`select ${columns} from jobs where ${ours} order by updated_at desc`);
  const selectMoves = database.prepare(
    `select job_id as jobId, state, at from moves where ${ours} and job_id = $jobId order by id`,
  );
  const unsaved: JobRecord[] = [];
  const findSaved = (jobId: string) => {
    const row = selectOne.get({ ...key, jobId });
    return row && toRecord(row);
  };
  const find = (jobId: string) => unsaved.findLast((record) => record.jobId === jobId) ?? findSaved(jobId);

  function write(record: JobRecord): void {
    const { jobId, state, facts, updatedAt } = record;
    const moved = findSaved(jobId)?.state !== state;
    upsert.run({ ...key, jobId, state, facts: JSON.stringify(facts), updatedAt });
    if (moved) insertMove.run({ ...key, jobId, state, at: updatedAt });
  }

  return {
    find,
    save(record) {
      // Of records that wait for space, only the last of each state says anything.
      const last = unsaved.at(-1);
      if (last?.jobId === record.jobId && last.state === record.state) unsaved.pop();
      unsaved.push(record);
      try {
        database.exec("begin immediate");
        for (const waiting of unsaved) write(waiting);
        database.exec("commit");
        unsaved.length = 0;
      } catch (error) {
        if (database.isTransaction) database.exec("rollback");
        if (!isDiskFull(error)) throw error;
      }
    },
    list() {
      const saved = selectAll.all(key).map(toRecord);
      const byJob = new Map([...saved, ...unsaved].map((record) => [record.jobId, record]));
      return [...byJob.values()].sort((a, b) => b.updatedAt.localeCompare(a.updatedAt));
    },
    moves: (jobId) =>
      selectMoves.all({ ...key, jobId }).map((row) => ({
        jobId: String(row.jobId),
        state: String(row.state),
        at: String(row.at),
      })),
    close: () => database.close(),
  };
}

function openExclusively(path: string, dir: string): DatabaseSync {
  const database = new DatabaseSync(path);
  try {
    // In this mode the first write takes the file's lock and keeps it until close.
    database.exec(
      `pragma locking_mode = exclusive; pragma synchronous = full; begin exclusive; ${schema} commit`,
    );
    return database;
  } catch (cause) {
    database.close();
    throw new TrainChainError("conflict", `another agent is running in ${dir}`, {
      fix: "Use that one, stop it, or give this one a folder of its own with --data.",
      facts: { dir },
      cause,
    });
  }
}

function toRecord(row: Record<string, unknown>): JobRecord {
  return jobRecordSchema.parse({ ...row, facts: JSON.parse(String(row.facts)) });
}
