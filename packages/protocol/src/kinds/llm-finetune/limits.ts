/** Tokens of the longest row that a job may train on, at the least. */
export const leastMaxLength = 64;

/** Fewer held-out rows cannot tell honest work from chance. */
export const leastHeldOutRows = 20;
