import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { CheckResult } from "@trainchain/protocol";
import type { PythonWorkers } from "../federate/python-workers.ts";
import type { Delivery } from "./deliver.ts";
import { type Alone, judgeAlone, judgeCompany, type Listed } from "./judge.ts";
import type { Cheat } from "./kinds.ts";
import { measureBefore } from "./measure-before.ts";
import { type Market, mostSlots } from "./open-market.ts";
import { type TracedWork, traceWorks } from "./trace-seed.ts";
import { source, trainCheats } from "./train-cheats.ts";

/** How many contributors there are, and how the cheats among them stand to the honest ones. */
interface Company {
  contributors: number;
  /** One cheat, delivering last; most of them, delivering first; most of them after the one whose work they have. */
  how: "one" | "most" | "wallets";
}

export interface MeasuredCheat {
  name: string;
  work: number;
  /** The slot that every check was made of. */
  alone: Alone;
  /** Which shards it was trained on, by the losses of their rows; undefined where it has none, or states are large. */
  traced?: TracedWork | undefined;
  /** Of each company, the failed check of every cheat in it; undefined for one that is accepted. */
  companies: (Company & { failed: (string | undefined)[] })[];
}

export interface MeasuredSeed {
  seed: number;
  cheats: MeasuredCheat[];
  /** Verdicts on honest work, alone and in every company, and those that refused it. */
  honest: { judged: number; refused: string[] };
  /** Of each slot's honest work. */
  traced?: TracedWork[];
  costs: { trained: number[]; plain: number; replayed: number[]; drawnShare: number; stateBytes: number };
}

const honestSlots = [source, mostSlots - 1, 1, 2];

/** How many of a company cheat; of five contributors there are three that can. */
const cheatsIn = ({ contributors, how }: Company) =>
  ({ one: 1, most: Math.floor(contributors / 2) + 1, wallets: Math.min(contributors - 1, 3) })[how];

/** Slots that cheat, and those that do not, in the order in which they deliver. */
function lineUp(company: Company) {
  const bad = Array.from({ length: cheatsIn(company) }, (_, slot) => slot);
  const good = honestSlots.filter((slot) => !bad.includes(slot)).slice(0, company.contributors - bad.length);
  return { bad, good, badFirst: company.how === "most" };
}

const companies: Company[] = [1, 2, 3, mostSlots].flatMap((contributors) =>
  (["one", "most", "wallets"] as const)
    .filter((how) => how === "one" || contributors > 1)
    .map((how) => ({ contributors, how })),
);

/** Trains one job's contributors in every way, and has the worker's checks judge them in every company. */
export async function measureSeed(
  market: Market,
  workers: PythonWorkers,
  listed: Listed,
  given: {
    seed: number;
    model: string;
    foreign: string;
    cheating: number;
    cheats: readonly Cheat[];
    folder: string;
    say(text: string): void;
    /** Told what is known so far, each time that is more. */
    keep(known: MeasuredSeed): Promise<void>;
  },
): Promise<MeasuredSeed> {
  const { cheating, cheats, folder, say, keep } = given;
  const names = cheats.map(({ name }) => name);
  const trained = await trainCheats(workers, listed, { ...given, names });
  say("trained");
  const honest: MeasuredSeed["honest"] = { judged: 0, refused: [] };
  const note = (where: string, check: CheckResult | undefined) => {
    honest.judged++;
    if (check) honest.refused.push(`${where}: ${check.check}: ${check.message}`);
  };
  const works = new Map<number, string>();
  const costs: MeasuredSeed["costs"] = {
    ...{ trained: trained.seconds, plain: trained.plainSeconds, replayed: [], drawnShare: 0, stateBytes: 0 },
  };
  for (let slot = 0; slot < mostSlots; slot++) {
    const made = await trained.make(slot, "honest");
    works.set(slot, made);
    const { checks, replay } = await judgeAlone(market, listed, { slot, folder: made }, "drawn");
    note(`slot ${slot} alone`, [...checks, ...(replay?.draw ? [replay.draw] : [])].find(isFailed));
    costs.replayed.push(replay?.seconds ?? 0);
    costs.drawnShare = (replay?.drawn ?? 0) / (replay?.stages ?? 1);
    costs.stateBytes = await bytesIn(join(made, "boundaries"));
    await rm(join(made, "boundaries"), { recursive: true });
  }
  const work = (slot: number): Delivery => ({ slot, folder: works.get(slot) ?? "" });
  for (const contributors of [1, 2, 3, mostSlots]) {
    const failed = await judgeCompany(market, listed, [...honestSlots, 0].slice(0, contributors).map(work));
    for (const [slot, check] of failed) note(`slot ${slot} of ${contributors}`, check);
  }
  say("judged the honest");

  // Where states are small, all is made first, so that everything is measured at once.
  const isSmall = costs.stateBytes < smallBytes;
  const made = new Map<string, Made>();
  for (const cheat of cheats) if (isSmall) made.set(cheat.name, await makeCheat(cheat));
  const open = [...made.values()].flatMap(({ deliveries, failed }) =>
    deliveries.filter(({ slot }) => !failed.has(slot)),
  );
  await measureBefore(listed, [...Array.from(works.keys(), work), ...open]);
  const traced = isSmall
    ? await traceWorks(listed, [
        ...works.values(),
        ...open.filter(({ slot }) => slot === 0).map(({ folder: one }) => one),
      ])
    : new Map<string, TracedWork>();
  const seed: MeasuredSeed = {
    ...{ seed: given.seed, cheats: [], honest, costs },
    traced: [...works.values()].flatMap((one) => [traced.get(one) ?? []]),
  };
  say("measured");
  for (const cheat of cheats) {
    const measured = await measureCheat(cheat, made.get(cheat.name) ?? (await makeCheat(cheat)));
    seed.cheats.push(measured);
    say(`${cheat.name}: ${sayIn(measured)}`);
    await keep(seed);
  }
  await rm(folder, { recursive: true });
  return seed;

  /** Makes what each cheating slot delivers, and has the checks look at it that need nothing else. */
  async function makeCheat({ name, instead }: Cheat): Promise<Made> {
    const deliveries: Delivery[] = [];
    const failed = new Map<number, CheckResult>();
    for (let slot = 0; slot < cheating; slot++) {
      const delivery = { slot, folder: instead ? "" : await trained.make(slot, name), instead };
      const check = (await judgeAlone(market, listed, delivery, "none")).checks.find(isFailed);
      if (check) failed.set(slot, check);
      if (slot > 0 && delivery.folder)
        await rm(join(delivery.folder, "boundaries"), { recursive: true, force: true });
      deliveries.push(delivery);
    }
    return { deliveries, failed };
  }

  async function measureCheat(
    { name, work: share }: Cheat,
    { deliveries, failed }: Made,
  ): Promise<MeasuredCheat> {
    const first = deliveries[0]!;
    const refused = failed.get(0);
    const depth = name === "states withheld" ? "withheld" : { honest: trained.statesOf(0) };
    const alone = refused ? { checks: [refused] } : await judgeAlone(market, listed, first, depth);
    const judged: MeasuredCheat["companies"] = [];
    for (const company of companies.filter((one) => cheatsIn(one) <= cheating)) {
      const { bad, good, badFirst } = lineUp(company);
      const left = bad.filter((slot) => !failed.has(slot)).map((slot) => deliveries[slot]!);
      const sober = good.map(work);
      const line = badFirst ? [...left, ...sober] : [...sober, ...left];
      const found = left.length > 0 ? await judgeCompany(market, listed, line) : new Map<number, undefined>();
      for (const slot of left.length > 0 ? good : [])
        note(`slot ${slot} of ${company.contributors} beside ${name}`, found.get(slot));
      judged.push({
        ...company,
        failed: bad.map((slot) => (failed.get(slot) ?? found.get(slot))?.check),
      });
    }
    for (const { folder: own } of deliveries) if (own) await rm(own, { recursive: true, force: true });
    return { name, work: share, alone, traced: traced.get(first.folder), companies: judged };
  }
}

interface Made {
  deliveries: Delivery[];
  /** The check of a slot's delivery that needs no other and that it fails. */
  failed: Map<number, CheckResult>;
}

const smallBytes = 50e6;

function isFailed({ verdict }: CheckResult): boolean {
  return verdict === "failed";
}

function sayIn({ alone: { checks, replay }, companies: judged }: MeasuredCheat): string {
  const told = replay?.all ?? replay?.draw;
  const again = replay ? ` replay ${replay.untrue} of ${replay.stages} untrue (${told?.message ?? ""})` : "";
  const inCompany = judged.map(
    ({ contributors, how, failed }) =>
      `${contributors} ${how} ${failed.map((one) => one ?? "paid").join(" ")}`,
  );
  return `${checks.find(isFailed)?.message ?? ""}${again}; ${inCompany.join("; ")}`;
}

async function bytesIn(dir: string): Promise<number> {
  let sum = 0;
  for (const name of await readdir(dir)) sum += (await stat(join(dir, name))).size;
  return sum;
}
