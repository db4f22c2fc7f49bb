import { toTrainChainError } from "@trainchain/protocol";
import type { ZodError } from "zod";

/** A refusal as OpenAI's clients read it. */
export interface OpenAiError {
  status: number;
  error: { message: string; type: string; param: string | null; code: string | null };
}

/** Thrown where a request asks for what cannot be; `param` names the field. */
export class RefusedRequest extends Error {
  readonly refusal: OpenAiError;

  constructor(message: string, { status = 400, param = null, code = null }: Refusal = {}) {
    super(message);
    const type = status === 401 ? "authentication_error" : "invalid_request_error";
    this.refusal = { status, error: { message, type, param, code } };
  }
}

interface Refusal {
  status?: number;
  param?: string | null;
  code?: string | null;
}

/** Any failure as an answer: what the client can mend is a 4xx, which it does not try again. */
export function toOpenAiError(thrown: unknown): OpenAiError {
  if (thrown instanceof RefusedRequest) return thrown.refusal;
  const { code, message, fix, status } = toTrainChainError(thrown);
  const type = status < 500 ? "invalid_request_error" : "server_error";
  return { status, error: { message: sentences(message, fix), type, param: null, code } };
}

/** What is wrong with a body or a query, by its first field. */
export function refusalOf(error: ZodError): RefusedRequest {
  const [issue] = error.issues;
  const param = issue?.path.join(".") || null;
  return new RefusedRequest(`Invalid value${param ? ` for '${param}'` : ""}: ${issue?.message}`, {
    param,
    code: "invalid_value",
  });
}

/** A message and what to do about it. */
export function sentences(message: string, fix: string | undefined): string {
  return fix ? `${message}. ${fix}` : message;
}
