import type { z } from "zod";
import { TrainChainError } from "./errors.ts";

/**
 * A process's settings from its environment; an empty variable counts as not set.
 * @throws TrainChainError `configuration-invalid`, naming every missing or wrong variable at once and no value: some
 * are secret.
 */
export function parseEnvironment<Schema extends z.ZodType>(
  schema: Schema,
  source: Record<string, string | undefined>,
  processName: string,
): z.infer<Schema> {
  const present = Object.fromEntries(Object.entries(source).filter(([, value]) => value));
  const parsed = schema.safeParse(present);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
  throw new TrainChainError(
    "configuration-invalid",
    `${processName}: settings are missing or wrong:\n  ${problems.join("\n  ")}`,
    { fix: "Set them in the environment; .env.example explains each." },
  );
}
