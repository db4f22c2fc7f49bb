/** What came of recomputing one statement of a receipt. */
export interface Finding {
  outcome: "verified" | "differs" | "not recomputed";
  /** The statement, by its name in the receipt. */
  what: string;
  /** What was seen, how it differs, or why it could not be recomputed. */
  detail: string;
}

export type Findings = ReturnType<typeof createFindings>;

/** Collects findings, one a statement, in the order in which they are made. */
export function createFindings() {
  const all: Finding[] = [];
  return {
    all,
    /** The receipt's value against the recomputed one. */
    compare(what: string, stated: unknown, recomputed: unknown): void {
      const [said, found] = [String(stated), String(recomputed)];
      if (said === found) all.push({ outcome: "verified", what, detail: said });
      else all.push({ outcome: "differs", what, detail: `the receipt says ${said}, recomputed ${found}` });
    },
    differs(what: string, detail: string): void {
      all.push({ outcome: "differs", what, detail });
    },
    cannot(what: string, why: string): void {
      all.push({ outcome: "not recomputed", what, detail: why });
    },
  };
}
