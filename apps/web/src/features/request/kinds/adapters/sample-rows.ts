import type { DatasetRow, RowVisitor } from "@trainchain/dataset";

/** Kinds of text that people upload by mistake. A pattern is only a hint: it finds some and misses some. */
const sensitive = {
  "e-mail addresses": /[\w.+-]{1,64}@[\w-]{1,63}\.[a-z]{2,24}\b/i,
  "telephone numbers": /(?:\+\d{1,3}[ -]?)?\(?\d{3}\)?[ -]\d{3}[ -]\d{4}\b/,
  "payment card numbers": /\b(?:\d{4}[ -]){3}\d{4}\b/,
  "private keys": /-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----/,
  "access keys": /\b(?:AKIA[0-9A-Z]{16}|gh[pousr]_\w{36}|sk-[\w-]{20,}|xox[abp]-[\w-]{10,})\b/,
} as const;

type SensitiveKind = keyof typeof sensitive;

export interface RowSample {
  /** The first rows, as they will be trained on. */
  firstRows: DatasetRow[];
  /** Rows in which something of the kind was seen. */
  sensitiveRows: Partial<Record<SensitiveKind, number>>;
  /** Characters of all rows together. */
  characters: number;
}

const shownRows = 5;

/** Looks at every row as it is scanned: keeps the first, and counts what looks as if it should not be shared. */
export function createRowSampler(): RowVisitor & { sample: () => RowSample } {
  const firstRows: DatasetRow[] = [];
  const sensitiveRows: RowSample["sensitiveRows"] = {};
  const decoder = new TextDecoder();
  let characters = 0;
  return {
    row(bytes) {
      const row = JSON.parse(decoder.decode(bytes)) as DatasetRow;
      if (firstRows.length < shownRows) firstRows.push(row);
      const before = [row.system ?? "", ...(row.history ?? []).map(({ content }) => content)];
      const texts = [...before, row.instruction, row.input, row.output];
      const text = texts.join("\n");
      characters += text.length - (texts.length - 1);
      for (const kind of Object.keys(sensitive) as SensitiveKind[]) {
        if (sensitive[kind].test(text)) sensitiveRows[kind] = (sensitiveRows[kind] ?? 0) + 1;
      }
    },
    sample: () => ({ firstRows, sensitiveRows, characters }),
  };
}
