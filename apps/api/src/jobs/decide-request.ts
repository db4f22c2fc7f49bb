import { randomInt } from "node:crypto";

/** What every kind of request leaves open, or says in numbers that no JSON holds. */
interface Asked {
  seed?: number | undefined;
  rewardWei: bigint;
  bondWei: bigint;
}

/** The same of a request whose contributors train adapters. */
interface AdaptersAsked extends Asked {
  contributors: number;
  minContributors?: number | undefined;
  rank: number;
  alpha?: number | undefined;
}

/** The request as it is kept: what the requester left open is decided now, so that a repeated task decides nothing. */
export function decideRequest<Body extends Asked>(body: Body) {
  return {
    ...body,
    seed: body.seed ?? randomInt(2 ** 32),
    rewardWei: body.rewardWei.toString(),
    bondWei: body.bondWei.toString(),
  };
}

/** The same of adapters. */
export function decideAdapterRequest<Body extends AdaptersAsked>(body: Body) {
  return {
    ...decideRequest(body),
    minContributors: body.minContributors ?? body.contributors,
    alpha: body.alpha ?? 2 * body.rank,
    // Not the requester's to choose: whoever picks which rows are held out can pick what passes.
    splitSeed: randomInt(2 ** 32),
  };
}
