import type { ZodType, z } from "zod";

/** The values as the API takes them, or the first complaint of each field. */
export function readForm<Schema extends ZodType>(
  schema: Schema,
  body: z.input<Schema>,
): { errors: Record<string, string>; ok: boolean } {
  const parsed = schema.safeParse(body);
  if (parsed.success) return { errors: {}, ok: true };
  const errors: Record<string, string> = {};
  for (const { path, message } of parsed.error.issues) errors[String(path[0] ?? "")] ??= message;
  return { errors, ok: false };
}

/** POL as typed, in wei; undefined where it is no amount. */
export function readPol(text: string): bigint | undefined {
  const match = /^(\d{1,12})(?:[.,](\d{0,18}))?$/.exec(text.trim());
  if (!match) return undefined;
  const [, whole = "0", fraction = ""] = match;
  return BigInt(whole) * 10n ** 18n + BigInt(fraction.padEnd(18, "0"));
}

/** Wei as `readPol` reads them. */
export function writePol(wei: bigint): string {
  const fraction = (wei % 10n ** 18n).toString().padStart(18, "0").replace(/0+$/, "");
  return `${wei / 10n ** 18n}${fraction && `.${fraction}`}`;
}
