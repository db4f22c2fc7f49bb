import { randomInt } from "node:crypto";
import { type Asked, decideRequest } from "../../jobs/decide-request.ts";

/** What a request whose contributors train adapters leaves open. */
interface AdaptersAsked extends Asked {
  contributors: number;
  minContributors?: number | undefined;
  rank: number;
  alpha?: number | undefined;
}

/** Such a request as it is kept. */
export function decideAdapterRequest<Body extends AdaptersAsked>(body: Body) {
  return {
    ...decideRequest(body),
    minContributors: body.minContributors ?? body.contributors,
    alpha: body.alpha ?? 2 * body.rank,
    // Not the requester's to choose: whoever picks which rows are held out can pick what passes.
    splitSeed: randomInt(2 ** 32),
  };
}
