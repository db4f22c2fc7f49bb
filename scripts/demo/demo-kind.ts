import type { ApiClient } from "@trainchain/api-client";
import type { DraftView } from "@trainchain/protocol";
import type { LocalWorld } from "@trainchain/testing/local-world";
import type { Claim, Evidence } from "./check-claims.ts";
import type { DemoOptions } from "./options.ts";
import type { Progress } from "./progress.ts";
import type { DemoReport } from "./report.ts";

/** A job that is done, in its world. */
interface DoneJob {
  world: LocalWorld;
  options: DemoOptions;
  progress: Progress;
  /** As its requester. */
  api: ApiClient;
  jobId: bigint;
  draft: DraftView;
  /** Where the downloaded result goes. */
  resultDir: string;
  holdoutCid: string;
}

/** What every demo has to prove its claims with. */
type CommonEvidence = Pick<
  Evidence,
  "apiUrl" | "escrow" | "chain" | "jobId" | "stakeWei" | "contributors" | "stranger" | "earnedWei"
>;

/** What one kind of job does its own way in the demo; everything else is one run. */
export interface DemoKind<Own> {
  contributors(options: DemoOptions): number;
  /** The base model as the platform is given it; none where a kind has its own. */
  model(options: DemoOptions): string | undefined;
  /** The dataset's file; what is made for it goes into `dir`. */
  dataset(options: DemoOptions, dir: string): Promise<string>;
  create(
    api: ApiClient,
    options: DemoOptions,
    given: { uploadId: string; rewardWei: string },
  ): Promise<DraftView>;
  /** The steps of preparing the data and of all that the contributors do, in words. */
  words: { preparing: string; working: string };
  /** The prepared data in words. */
  describe(draft: DraftView): string;
  /** Downloads the result and measures it again: what only this kind reports, and how its claims are checked. */
  examine(job: DoneJob): Promise<{ own: Own; checkClaims(evidence: CommonEvidence): Promise<Claim[]> }>;
  print(report: DemoReport & Own): void;
}
