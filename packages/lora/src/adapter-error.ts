/** The checks an adapter must pass, in the order in which they are made. */
export type CheckName =
  | "sealed-to-slot"
  | "safetensors"
  | "same-start"
  | "optimizer-reach"
  | "not-a-copy"
  | "held-out-loss"
  | "merge";

/** Why an adapter cannot be read, accepted or merged: what happened, to which thing, what to do. */
export class AdapterError extends Error {
  readonly code = "adapter-invalid";
  readonly check: CheckName;
  readonly fix: string;
  readonly facts: Record<string, unknown>;

  constructor(check: CheckName, message: string, fix: string, facts: Record<string, unknown> = {}) {
    super(message);
    this.name = "AdapterError";
    this.check = check;
    this.fix = fix;
    this.facts = facts;
  }
}

const rewriteFix = "Save the adapter again with the safetensors library and submit that file.";

/** A file that breaks the safetensors format or the project's stricter reading of it. */
export function malformed(
  message: string,
  facts: Record<string, unknown> = {},
  fix = rewriteFix,
): AdapterError {
  return new AdapterError("safetensors", message, fix, facts);
}

export function notFinite(tensor: string, file: string): AdapterError {
  return malformed(`Tensor ${tensor} holds a value that is not finite.`, { tensor, file });
}
