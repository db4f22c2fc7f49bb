import type { CheckResult } from "@trainchain/protocol";

/** What a delivery commits to of the training behind it, where parts of that can be done again. */
export interface CommittedTraining {
  steps: number;
  segments: number;
  boundaryBytes: number;
  /** Uses of a parameter by a token that doing one segment again takes at most. */
  segmentUses: number;
  root: string;
  arithmetic: string;
  /** Why none of it is done again, though it is well committed to. */
  notJudged?: CheckResult | undefined;
}

/** What doing drawn segments again came to. */
export interface Replayed {
  check: CheckResult;
  /** What the platform computed in and of each drawn segment its distance, up to one that is too far; none where it was not done. */
  referee?: string | undefined;
  distances: number[];
}
