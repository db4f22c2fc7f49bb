import { describeUnknown } from "@trainchain/protocol";

/** Says how many jobs of a list are not shown, because a newer platform lists them. */
export function UnknownJobs({ count }: { count: number }) {
  return count === 0 ? null : <p className="text-sm text-muted">{describeUnknown(count)}</p>;
}
