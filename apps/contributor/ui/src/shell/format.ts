export const formatPercent = (share: number) => `${Math.round(share * 100)} %`;

/** A job in a few words: what its requester calls it, else its model. */
export function jobName(job: { title?: string | undefined; model?: string | undefined | null }): string {
  return job.title || modelName(job.model);
}

/** A model's name without the folder or account that it comes from. */
export function modelName(id: string | undefined | null): string {
  return id?.split(/[\\/]/).at(-1) ?? "unknown model";
}
