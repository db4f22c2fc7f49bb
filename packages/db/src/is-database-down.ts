/**
 * Whether a failure says that the database did not answer, so that the same may succeed in a moment. PostgreSQL and
 * Node tell by a code (class 08 and 57P: the connection or the server ends; 53300: no connection is free; 25006: this
 * server is a standby now), node-postgres by words alone. Drizzle wraps them as causes.
 */
export function isDatabaseDown(thrown: unknown): boolean {
  for (let error = thrown; error instanceof Error; error = error.cause) {
    if ("code" in error && codes.test(String(error.code))) return true;
    if (words.test(error.message)) return true;
  }
  return false;
}

const codes =
  /^(08...|57P0[1-5]|53300|25006|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN)$/;
const words =
  /^(Connection terminated|Client has encountered a connection error|Query read timeout|timeout exceeded when trying to connect|timeout expired|Client was closed)/;
