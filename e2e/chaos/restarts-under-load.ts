import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import type { ReadableStream as WebStream } from "node:stream/web";
import { setTimeout as pause } from "node:timers/promises";
import { roles, waitFor } from "@trainchain/testing";
import type { JobWorld } from "../job-moves/job-world.ts";
import { processes } from "./kills.ts";
import { progress } from "./run-job.ts";

const lists = ["/jobs", "/jobs/contributor-pool"];
const callers = 6;
const restartsPerTurn = 3;
const streams = 2;
/** Between the tries of a caller who was refused after the database's return: ten of them are a second. */
const againMs = 100;

export interface Endured {
  /** Turns of three restarts that were borne, out of those that were to be. */
  turns: number;
  of: number;
  /** What ended a process, if one did. */
  ended: string | undefined;
  /** Answers by status; "none" where there was no answer. */
  answers: Record<string, number>;
  /** The most refusals that a caller met after the database's return until it was answered. */
  mostRefusals: number;
  /** What each event stream heard of the turns' news, all of it after the return. */
  heard: number[];
}

/**
 * Restarts PostgreSQL three times in a row, `turns` times, under callers of two lists who ask again at once, and
 * beside event streams of a job, which is told of progress the moment the database is back. Needs an API that trusts
 * its proxy: each call comes from another address, so that none is one too many.
 */
export async function restartUnderLoad(world: JobWorld, turns: number): Promise<Endured> {
  const contributor = await world.person(roles.firstContributor);
  const jobId = await world.openJob({ contributors: 1, minContributors: 1, rewardWei: 1_000_000n });
  await world.accept(jobId, contributor);
  const watched = await Promise.all(
    Array.from({ length: streams }, () =>
      watchProgress(`${world.local.apiUrl}/jobs/${jobId}/events`, contributor.api.token),
    ),
  );
  const load = callLists(world.local.apiUrl);
  const endured: Endured = {
    turns: 0,
    of: turns,
    ended: undefined,
    answers: load.answers,
    mostRefusals: 0,
    heard: [],
  };
  const ended = Promise.race(
    processes.map(async (name) => {
      const code = await world.local[name].exited;
      return `${name} ended with ${code}: ${await world.local[name].lastLines(3)}`;
    }),
  );

  const bear = async (): Promise<undefined> => {
    for (let turn = 1; turn <= turns; turn += 1) {
      for (let restart = 0; restart < restartsPerTurn; restart += 1)
        await world.local.withoutDatabase(async () => undefined);
      const answered = load.untilAllAnswered();
      const step = { ...progress, step: turn, steps: turns };
      await waitFor("the progress to be taken", () =>
        contributor.api.reportProgress(jobId, step).then(() => true),
      );
      endured.mostRefusals = Math.max(endured.mostRefusals, await answered);
      await waitFor(`the streams to tell of turn ${turn}`, async () =>
        watched.every(({ steps }) => steps.has(turn)),
      );
      endured.turns = turn;
    }
  };
  try {
    endured.ended = await Promise.race([bear(), ended]);
  } finally {
    load.stop();
    for (const stream of watched) stream.stop();
  }
  endured.heard = watched.map(({ steps }) => steps.size);
  return endured;
}

/** Callers who ask for the lists again and again until `stop`. */
function callLists(apiUrl: string) {
  const answers: Record<string, number> = {};
  const stopping = new AbortController();
  /** Callers still to be answered since the database's return. */
  let unanswered: { left: number; most: number; done: (most: number) => void } | undefined;

  const ask = async (path: string, address: string) => {
    const headers = { "x-forwarded-for": address };
    const response = await fetch(apiUrl + path, { headers, signal: AbortSignal.timeout(60_000) });
    await response.arrayBuffer();
    return String(response.status);
  };
  const call = async (caller: number) => {
    let answeredSince: typeof unanswered;
    let refusals = 0;
    for (let turn = 0; !stopping.signal.aborted; turn += 1) {
      const since = unanswered;
      const address = `10.${caller}.${(turn >> 8) & 255}.${turn & 255}`;
      const status = await ask(lists[caller % lists.length] ?? "", address).catch(() => "none");
      answers[status] = (answers[status] ?? 0) + 1;
      if (!since || since === answeredSince) {
        refusals = 0;
        continue;
      }
      if (status !== "200") {
        refusals += 1;
        await pause(againMs);
        continue;
      }
      answeredSince = since;
      since.most = Math.max(since.most, refusals);
      since.left -= 1;
      if (since.left === 0) since.done(since.most);
    }
  };
  for (let caller = 0; caller < callers; caller += 1) void call(caller);

  return {
    answers,
    stop: () => stopping.abort(),
    /** Resolves when each caller has been answered a question that it asked after now: with the most refusals of one. */
    untilAllAnswered: () =>
      new Promise<number>((done) => {
        unanswered = { left: callers, most: 0, done };
      }),
  };
}

/** One event stream, never taken up again: the steps of its progress events, until it ends. */
async function watchProgress(url: string, token: string | undefined) {
  const hangUp = new AbortController();
  const response = await fetch(url, {
    headers: { authorization: `Bearer ${token}` },
    signal: hangUp.signal,
  });
  if (!response.ok || !response.body) throw new Error(`the stream answered ${response.status}`);
  const steps = new Set<number>();
  const lines = createInterface({ input: Readable.fromWeb(response.body as WebStream) });
  const read = async () => {
    for await (const line of lines) {
      const step = /^data: .*"step":(\d+)/.exec(line)?.[1];
      if (step) steps.add(Number(step));
    }
  };
  read().catch(() => undefined);
  return { steps, stop: () => hangUp.abort() };
}
