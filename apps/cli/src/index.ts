export { buildProgram } from "./program.ts";
export type { Finding } from "./receipt/findings.ts";
export { verifyReceipt } from "./receipt/verify-receipt.ts";
