import { addResultTry } from "./result-try.ts";
import { addResultVerify } from "./result-verify.ts";

export const resultCommands = [addResultTry, addResultVerify];
