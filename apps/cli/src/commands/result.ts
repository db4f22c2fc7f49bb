import { addResultAttest } from "./result-attest.ts";
import { addResultExport } from "./result-export.ts";
import { addResultTry } from "./result-try.ts";
import { addResultVerify } from "./result-verify.ts";

export const resultCommands = [addResultTry, addResultExport, addResultVerify, addResultAttest];
