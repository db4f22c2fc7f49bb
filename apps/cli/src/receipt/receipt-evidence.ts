/** What a receipt is compared with. What is not given is told as not recomputed. */
export interface ReceiptEvidence {
  /** The downloaded adapter_model.safetensors. */
  mergedFile: string;
  /** The job's public spec, as its bytes were stored. */
  spec?: string;
  /** The sealed shards in slot order, each a CID or a file. */
  shards: string[];
  /** A folder of the contributors' adapters. */
  adapters?: string;
  /** A node of the job's chain. */
  rpcUrl?: string;
  /** Stored bytes by their CID, from a platform; more than `maxBytes` of them come to an error. */
  contentOf?: (cid: string, maxBytes: number) => Promise<ReadableStream<Uint8Array>>;
}
