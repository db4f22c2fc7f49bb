/**
 * What a payment within a call takes at most: the escrow's PUSH_GAS, the call and its value, and the note of what the
 * wallet did not take. A wallet that is code may take it for little while a node estimates, and for all when it counts.
 */
const gasOfPush = 80_000n;

/** An end pays its contributors, the requester and the platform, and burns bonds. */
const ends: ReadonlySet<string> = new Set(["completeJob", "settleJob", "expireJob"]);
const others: Readonly<Record<string, number>> = {
  rejectAdapter: 1,
  ruleAppeal: 3,
  enforceRejection: 3,
};

/** How many wallets a call of the escrow pays at most that may be code. */
function pushesOf(functionName: string, contributors: number): number {
  return ends.has(functionName) ? contributors + 3 : (others[functionName] ?? 0);
}

/**
 * Gas to give a call for which a node estimated `neededGas`: a fifth to spare, and room for every payment in it to cost
 * what it may. What is not used is not paid for.
 */
export function gasWithPushes(neededGas: bigint, functionName: string, contributors: number): bigint {
  return (neededGas * 6n) / 5n + gasOfPush * BigInt(pushesOf(functionName, contributors));
}
