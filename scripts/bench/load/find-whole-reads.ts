import type { Connection } from "@trainchain/db";

export interface Statement {
  text: string;
  parameters: unknown[];
}

interface Node {
  "Node Type": string;
  "Relation Name"?: string;
  Plans?: Node[];
}

/** A table below this size is read whole faster than by an index. */
const bigTableRows = 9_000;

/** Which big tables PostgreSQL's own plans for these statements read whole. */
export async function findWholeReads(
  { sql, pool }: Connection,
  statements: readonly Statement[],
): Promise<string[]> {
  const big = await sql<{ name: string }>`
    select relname as name from pg_class where relkind = 'r' and reltuples >= ${bigTableRows}`;
  const read = new Set<string>();
  for (const { text, parameters } of distinct(statements)) {
    if (!/^\s*(select|with)\b/i.test(text)) continue;
    const plan = await pool.query(`explain (format json) ${text}`, parameters);
    for (const table of tablesReadWhole(plan.rows[0]?.["QUERY PLAN"][0].Plan)) read.add(table);
  }
  return [...read].filter((table) => big.some(({ name }) => name === table)).sort();
}

function tablesReadWhole(node: Node): string[] {
  const own = node["Node Type"] === "Seq Scan" ? [node["Relation Name"] ?? ""] : [];
  return [...own, ...(node.Plans ?? []).flatMap(tablesReadWhole)];
}

function distinct(statements: readonly Statement[]): Statement[] {
  return [...new Map(statements.map((statement) => [statement.text, statement])).values()];
}
