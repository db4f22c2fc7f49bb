/** The worker's tasks and their payloads. Ids are decimal strings because payloads are JSON. */
export interface TaskPayloads {
  "shard-dataset": { draftId: string };
  /** `lastLook` is there where a look is owed by age: true where half of the review period is over. */
  "verify-adapter": { escrow: string; jobId: string; contributor: string; lastLook?: boolean };
  /** Does drawn segments of a delivered training again, once what that takes is handed over or its time is over. */
  "replay-training": { escrow: string; jobId: string; contributor: string };
  "aggregate-adapters": { escrow: string; jobId: string; lastLook?: boolean };
  /** Looks at an open job and makes the move that the escrow allows now, if it is ours to make. */
  "advance-job": { escrow: string; jobId: string };
  /** Prepares the draft of the round that follows a completed job. */
  "prepare-round": { escrow: string; jobId: string };
  /** Relays a contributor's signed submission to the escrow. */
  "relay-submission": {
    escrow: string;
    jobId: string;
    contributor: string;
    adapterCid: string;
    signature: string;
  };
  /** Relays a wallet's signed acceptance to the escrow. */
  "relay-acceptance": {
    escrow: string;
    jobId: string;
    contributor: string;
    delegate: string;
    signedUntil: number;
    signature: string;
    permit?: string;
  };
  /** Has base and tuned model answer a prompt of the job's requester. */
  "try-result": { trialId: string };
  /** Finds what the wallets of a job or of a draft are to be told, or greets a new address. */
  "send-notices": { escrow: string; jobId: string } | { draftId: string } | { webhookId: string };
  /** Sends one notice to one address of a service. */
  "deliver-notice": { deliveryId: string };
  /** The same where the service did not answer the last time, or was never sent to. Apart, lest those that do wait for it. */
  "deliver-unanswered": { deliveryId: string };
  /** The same to an e-mail address. Apart, lest services wait for a mail server. */
  "deliver-mail": { deliveryId: string };
}

export type TaskName = keyof TaskPayloads;

/** Every kind of task; each has a queue of its name. */
export const taskNames = [
  "shard-dataset",
  "verify-adapter",
  "replay-training",
  "aggregate-adapters",
  "advance-job",
  "prepare-round",
  "relay-submission",
  "relay-acceptance",
  "try-result",
  "send-notices",
  "deliver-notice",
  "deliver-unanswered",
  "deliver-mail",
] as const satisfies readonly TaskName[];
