/** What naming somebody rests on, where a dataset was cut again to find out who delivered for it. */
export const restsOnDataset =
  "All of this is of the dataset file as it was given here, which nothing binds to the sealed shards but the number of its rows; and who held a slot before and delivered nothing had its shard too.";

/** Whether the sealed shards of a receipt are those that its spec commits to, by `shardsSha256`; nothing where that is not known. */
export function describeCommitment(commitment: string, shardsSha256: string, names: boolean): string[] {
  if (commitment === "differs")
    return [
      `The sealed shards of the receipt are not those that the spec commits to by ${shardsSha256}: trainchain result verify.`,
    ];
  return commitment === "verified" && names
    ? [`The sealed shards of the receipt are those that the spec commits to by ${shardsSha256}.`]
    : [];
}
