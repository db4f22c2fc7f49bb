/** On which every writer says, when its transaction commits, that a job changed: `<escrow>/<jobId>`. */
export const jobChannel = "trainchain_job";

/** On which it is said that a transaction waits to be sent. */
export const transactionChannel = "trainchain_transaction";
