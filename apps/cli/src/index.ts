export { buildProgram } from "./program.ts";
export type { Finding } from "./receipt/findings.ts";
export { parseReceipt } from "./receipt/parse-receipt.ts";
export { verifyImageReceipt } from "./receipt/verify-image-receipt.ts";
export { verifyReceipt } from "./receipt/verify-receipt.ts";
