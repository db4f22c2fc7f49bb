/** Completed jobs among those that have ended for a contributor; null before the first. */
export function completionRateOf({
  jobsEnded,
  jobsCompleted,
}: {
  jobsEnded: number;
  jobsCompleted: number;
}): number | null {
  return jobsEnded > 0 ? jobsCompleted / jobsEnded : null;
}
