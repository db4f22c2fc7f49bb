import { type BaseModel, findBaseModel, shippedModels, TrainChainError } from "@trainchain/protocol";
import { sql } from "drizzle-orm";
import type { Executor } from "./connect.ts";
import { untilRecorded } from "./until-recorded.ts";

/** How many jobs a message names. */
const mostNamed = 10;

/**
 * Looks, once the database is there, whether the catalogue still has the base models of all open jobs: what is trained
 * on another can be neither handed out nor judged.
 * @throws TrainChainError `configuration-invalid`, naming each model that is missing and its jobs
 */
export function untilModelsKnown(
  db: Executor,
  { escrow, models }: { escrow: string; models: readonly BaseModel[] },
  signal: AbortSignal,
): Promise<void> {
  const known = [...models, ...shippedModels];
  const assertKnown = (used: { model: string; jobIds: string[] }[]) => {
    const missing = used.filter(({ model }) => !findBaseModel(known, model));
    if (missing.length === 0) return;
    const named = missing.map(({ model, jobIds }) => `${model} (${jobsInWords(jobIds)})`).join(", ");
    throw new TrainChainError(
      "configuration-invalid",
      `open jobs name base models that the catalogue lacks, so that nothing of theirs could be judged: ${named}`,
      { fix: "Put them back into the file that MODELS_FILE names until these jobs end; see docs/models.md." },
    );
  };
  return untilRecorded(() => listModelsOfOpenJobs(db, escrow), assertKnown, signal);
}

/** The base models of the platform's open jobs, of the kinds that have any, each with its jobs. */
async function listModelsOfOpenJobs(
  db: Executor,
  escrow: string,
): Promise<{ model: string; jobIds: string[] }[]> {
  const { rows } = await db.execute<{ model: string; jobIds: string[] }>(sql`
    select prepared.model_name as model, array_agg(jobs.job_id::text order by jobs.job_id) as "jobIds"
    from jobs join llm_finetune_jobs as prepared on prepared.spec_cid = jobs.spec_cid
    where jobs.escrow = ${escrow} and jobs.own and jobs.status = 'open' and prepared.lora_rank is not null
    group by 1 order by 1`);
  return rows;
}

function jobsInWords(jobIds: readonly string[]): string {
  const further = jobIds.length - mostNamed;
  const named = jobIds.slice(0, mostNamed).join(", ");
  return `${jobIds.length === 1 ? "job" : "jobs"} ${named}${further > 0 ? ` and ${further} more` : ""}`;
}
