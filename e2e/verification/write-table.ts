/** Writes docs/verification.md's table anew: node e2e/verification/write-table.ts */
import { judgeToyJobs } from "./judge-toy-jobs.ts";
import { verdictTable, writeTable } from "./verdict-table.ts";

const table = verdictTable(await judgeToyJobs());
writeTable(table);
console.log(table);
