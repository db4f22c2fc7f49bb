/**
 * Every failure a user can meet has a code here, with its HTTP status and whether the same request may
 * succeed later. Throw where the facts are known; catch at the four edges (HTTP, task runner, agent loop, CLI).
 */
export const errorTable = {
  "invalid-input": { status: 400, retry: false },
  "dataset-invalid": { status: 422, retry: false },
  "adapter-invalid": { status: 422, retry: false },
  "boundary-invalid": { status: 422, retry: false },
  "arithmetic-unknown": { status: 422, retry: false },
  "not-signed-in": { status: 401, retry: false },
  "signature-invalid": { status: 401, retry: false },
  forbidden: { status: 403, retry: false },
  "not-found": { status: 404, retry: false },
  "method-not-allowed": { status: 405, retry: false },
  conflict: { status: 409, retry: false },
  "not-ready": { status: 409, retry: true },
  gone: { status: 410, retry: false },
  "too-large": { status: 413, retry: false },
  "range-invalid": { status: 416, retry: false },
  "unsupported-media": { status: 415, retry: false },
  "too-many-requests": { status: 429, retry: true },
  timeout: { status: 504, retry: true },
  "storage-unavailable": { status: 503, retry: true },
  "chain-unavailable": { status: 503, retry: true },
  "database-unavailable": { status: 503, retry: true },
  "wrong-network": { status: 409, retry: false },
  "chain-rejected": { status: 409, retry: false },
  "insufficient-funds": { status: 402, retry: false },
  "hardware-insufficient": { status: 422, retry: false },
  "disk-full": { status: 507, retry: true },
  "environment-broken": { status: 500, retry: true },
  "training-failed": { status: 500, retry: true },
  "sealing-failed": { status: 422, retry: false },
  "configuration-invalid": { status: 500, retry: false },
  internal: { status: 500, retry: false },
} as const satisfies Record<string, { status: number; retry: boolean }>;

export type ErrorCode = keyof typeof errorTable;

export interface ErrorDetails {
  /** What the reader can do about it, as one sentence. */
  fix?: string;
  /** Values that identify the thing concerned; shown to the user, so never a secret. */
  facts?: Record<string, unknown>;
  cause?: unknown;
}

/** The one error class of the project: what happened, to which thing, what to do. */
export class TrainChainError extends Error {
  readonly code: ErrorCode;
  readonly fix: string | undefined;
  readonly facts: Record<string, unknown>;

  constructor(code: ErrorCode, message: string, { fix, facts = {}, cause }: ErrorDetails = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "TrainChainError";
    this.code = code;
    this.fix = fix;
    this.facts = facts;
  }

  get status(): number {
    return errorTable[this.code].status;
  }

  get mayRetry(): boolean {
    return errorTable[this.code].retry;
  }
}

/** Any thrown value as a TrainChainError; an unknown one becomes `internal` and keeps its cause. */
export function toTrainChainError(error: unknown): TrainChainError {
  if (error instanceof TrainChainError) return error;
  return new TrainChainError("internal", error instanceof Error ? error.message : String(error), {
    cause: error,
  });
}
