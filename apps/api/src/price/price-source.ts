import type { FiatRate } from "@trainchain/protocol";
import type { Logger } from "pino";
import { readText } from "../http/read-text.ts";

/** Where a price is read, and what its answer means. */
export interface PriceSettings {
  /** Answers with JSON; `{currency}` in it is the currency's code in small letters. */
  url: string;
  /** Names that lead to the price in the answer, with dots between; `{currency}` as in the address. */
  path: string;
  /** ISO 4217, such as USD. */
  currency: string;
}

export interface PriceSource {
  /** What is known at the moment, without waiting: null where no source is set or none has answered for an hour. */
  current(): FiatRate | null;
}

const freshMs = 10 * 60_000;
const keptMs = 60 * 60_000;
const patienceMs = 5_000;
const mostBytes = 64 * 1024;
/** A unit of no currency costs more; what lies above is no price. */
const mostPrice = 1e9;

/** The platform without a price: amounts are shown in POL alone. */
export const noPrice: PriceSource = { current: () => null };

/**
 * The price of one POL. It is asked for when somebody wants to know, at most every ten minutes, and nobody waits for it:
 * a source that is slow, down or answers something else means that no value is shown, and nothing worse.
 */
export function createPriceSource(settings: PriceSettings, log: Pick<Logger, "warn">): PriceSource {
  const currency = settings.currency.toLowerCase();
  const url = settings.url.replaceAll("{currency}", currency);
  const path = settings.path.replaceAll("{currency}", currency).split(".");
  let known: { perPol: number; at: number } | undefined;
  let askedAt = Number.NEGATIVE_INFINITY;

  async function ask(): Promise<void> {
    try {
      known = { perPol: priceAt(path, await fetchJson(url)), at: Date.now() };
    } catch (error) {
      // The address may carry a key: what failed is told without it.
      const reason = error instanceof NoPrice ? error.message : "does not answer";
      log.warn({ host: new URL(url).host }, `the source of prices ${reason}`);
    }
  }

  return {
    current() {
      const now = Date.now();
      if (now - askedAt >= freshMs) {
        askedAt = now;
        void ask();
      }
      if (!known || now - known.at > keptMs) return null;
      return { currency: settings.currency, perPol: known.perPol };
    },
  };
}

class NoPrice extends Error {}

async function fetchJson(url: string): Promise<unknown> {
  const response = await fetch(url, {
    headers: { accept: "application/json" },
    // A source that was taken over may not send this process to its neighbours.
    redirect: "error",
    signal: AbortSignal.timeout(patienceMs),
  });
  if (!response.ok) {
    await response.body?.cancel();
    throw new NoPrice(`answers ${response.status}`);
  }
  const text = await readText(response, mostBytes, () => new NoPrice("answers too much"));
  try {
    return JSON.parse(text);
  } catch {
    throw new NoPrice("answers no JSON");
  }
}

/** A price as a number or, as exchanges write it, as text. */
function priceAt(path: readonly string[], document: unknown): number {
  let at = document;
  for (const name of path)
    at = typeof at === "object" && at !== null && Object.hasOwn(at, name) ? Reflect.get(at, name) : undefined;
  const price = typeof at === "string" && /^\d+(\.\d+)?$/.test(at) ? Number(at) : at;
  if (typeof price === "number" && price > 0 && price < mostPrice) return price;
  throw new NoPrice(`has no price at ${path.join(".")}`);
}
