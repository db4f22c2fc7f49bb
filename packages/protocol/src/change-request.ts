import { z } from "zod";
import { TrainChainError } from "./errors.ts";
import type { DraftChanges, DraftChangesInput } from "./kinds/draft-changes.ts";
import { kindOf } from "./kinds/table.ts";
import { type JobKind, kindWords } from "./kinds/words.ts";

/** What the escrow's terms alone say: such a change needs nothing to be prepared anew. */
const ofTermsAlone: ReadonlySet<string> = new Set([
  "rewardWei",
  "minContributors",
  "acceptWithinSeconds",
  "trainingPeriodSeconds",
  "reviewPeriodSeconds",
] satisfies (keyof DraftChanges)[]);

/** What may be changed of a kept request, as it stands there. */
export function changeableOf(kind: JobKind, request: Record<string, unknown>): DraftChangesInput {
  const known = kindOf(kind).changeable.filter((name) => request[name] !== undefined);
  return Object.fromEntries(known.map((name) => [name, request[name]]));
}

/**
 * A kept request with changes made to it, whether that changes anything, and whether its spec, which is then prepared
 * anew. "All" of the contributors stays all of them, however many they become.
 *
 * @throws TrainChainError `invalid-input` where the kind has no such value or the result is out of its bounds
 */
export function changeRequest(
  kind: JobKind,
  request: Record<string, unknown>,
  { rewardWei, ...others }: DraftChanges,
): { request: Record<string, unknown>; changesAny: boolean; changesSpec: boolean } {
  const { changeable, termsOf } = kindOf(kind);
  const asked: Record<string, unknown> = {
    ...others,
    ...(rewardWei === undefined ? {} : { rewardWei: rewardWei.toString() }),
  };
  const foreign = Object.keys(asked).find((name) => !changeable.some((known) => known === name));
  if (foreign !== undefined)
    throw new TrainChainError(
      "invalid-input",
      `${foreign}: a job of ${kindWords[kind].name} has none to change`,
      {
        fix: `Change any of ${changeable.join(", ")}.`,
      },
    );
  const before = termsOf(request);
  if (others.contributors !== undefined && others.minContributors === undefined)
    asked.minContributors =
      before.minContributors === before.contributors
        ? others.contributors
        : Math.min(before.minContributors, others.contributors);
  const changed = Object.keys(asked).filter((name) => asked[name] !== request[name]);
  const result = { ...request, ...asked };
  assertAllowed(() => termsOf(result));
  return {
    request: result,
    changesAny: changed.length > 0,
    changesSpec: changed.some((name) => !ofTermsAlone.has(name)),
  };
}

/** The schema's complaint as an error that names the field. */
function assertAllowed(parse: () => unknown): void {
  try {
    parse();
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error;
    const [issue] = error.issues;
    throw new TrainChainError("invalid-input", `${issue?.path.join(".") ?? ""}: ${issue?.message}`, {
      fix: "Give it another value; nothing was changed.",
    });
  }
}
