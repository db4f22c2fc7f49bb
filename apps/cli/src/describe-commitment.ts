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
