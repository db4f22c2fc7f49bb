import type { AccessWorld, Call } from "./access-world.ts";

export interface Row {
  call: (things: AccessWorld) => Call | Promise<Call>;
  /** Of nobody, another wallet, the requester, the contributor and the aggregator, in this order. */
  answers: readonly [number, number, number, number, number];
}

export const everybody = [200, 200, 200, 200, 200] as const;
export const signedIn = [401, 200, 200, 200, 200] as const;
/** 404 where a caller may not even know that a thing exists. */
export const requesterOnly = [401, 404, 200, 404, 404] as const;
export const contributorOnly = [401, 404, 404, 200, 404] as const;
/** Whoever is signed in may ask; what is asked here cannot be read. */
export const anyWalletBadInput = [401, 400, 400, 400, 400] as const;

export const open = (path: string): Row => ({ call: () => ({ path }), answers: everybody });
export const own = (path: string): Row => ({ call: () => ({ path }), answers: signedIn });
