export { verifyReceipt } from "./kinds/adapters/verify-receipt.ts";
export { verifyImageReceipt } from "./kinds/image-classification/verify-image-receipt.ts";
export { buildProgram } from "./program.ts";
export type { Finding } from "./receipt/findings.ts";
export { parseReceipt } from "./receipt/parse-receipt.ts";
