import { randomInt } from "node:crypto";

/** What every kind of request leaves open, or says in numbers that no JSON holds. */
export interface Asked {
  seed?: number | undefined;
  rewardWei: bigint;
  bondWei: bigint;
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
