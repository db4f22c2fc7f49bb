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
