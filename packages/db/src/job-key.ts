/** Names one job of one followed contract. */
export interface JobKey {
  escrow: string;
  jobId: bigint;
}

/** Keys without repetition, as JSON for `jsonb_to_recordset(… ) as key(escrow text, job_id bigint)`. */
export function keysAsJson(keys: readonly JobKey[]): string {
  const distinct = new Map(
    keys.map(({ escrow, jobId }) => [`${escrow}/${jobId}`, { escrow, job_id: jobId.toString() }]),
  );
  return JSON.stringify([...distinct.values()]);
}
