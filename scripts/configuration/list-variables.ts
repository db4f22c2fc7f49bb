import { homedir } from "node:os";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { envSchema as api } from "../../apps/api/src/env.ts";
import { adminEnvSchema as admin } from "../../apps/cli/src/admin/env.ts";
import { envSchema as command } from "../../apps/cli/src/env.ts";
import { envSchema as agent, appEnvSchema as app } from "../../apps/contributor/agent/src/env.ts";
import { envSchema as evaluator } from "../../apps/evaluator/src/env.ts";
import { envSchema as indexer } from "../../apps/indexer/src/env.ts";
import { envSchema as worker } from "../../apps/worker/src/env.ts";
import { environmentSchema as deploy } from "../../contracts/scripts/deploy.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const schemas = { api, indexer, worker, evaluator, admin, command, agent, app, deploy } as const;

export type Reader = keyof typeof schemas;
const readers = Object.keys(schemas) as Reader[];

export interface Variable {
  name: string;
  readers: Reader[];
  /** Readers that do not start without it. */
  requiredBy: Reader[];
  /** Undefined where there is none: not set then means that the thing is off, or chosen by itself. */
  fallback: string | undefined;
  choices: string[];
  meaning: string;
  example: string | undefined;
}

/** Every variable that a process reads, from the schemas that read them. */
export function listVariables(): Variable[] {
  const found = new Map<string, Variable>();
  for (const reader of readers) {
    const { properties = {}, required = [] } = describe(schemas[reader]);
    for (const [name, property] of Object.entries(properties)) {
      const known = found.get(name);
      const variable = known ?? {
        name,
        readers: [],
        requiredBy: [],
        fallback: undefined,
        choices: property.enum ?? [],
        meaning: "",
        example: undefined,
      };
      // The first to describe it speaks for all.
      variable.meaning ||= property.description ?? "";
      variable.example ??= property.example;
      variable.readers.push(reader);
      if (required.includes(name)) variable.requiredBy.push(reader);
      variable.fallback ??= property.default === undefined ? undefined : relative(String(property.default));
      found.set(name, variable);
    }
  }
  return [...found.values()];
}

interface Described {
  default?: unknown;
  enum?: string[];
  description?: string;
  /** In `.env.example`. */
  example?: string;
}

interface DescribedSchema {
  properties?: Record<string, Described>;
  required?: string[];
}

function describe(schema: z.ZodType): DescribedSchema {
  // Amounts have no JSON form; only names, words, defaults and choices are looked at.
  return z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as DescribedSchema;
}

/** A default that depends on where the project and its user are is shown as such. */
function relative(value: string): string {
  return value.replace(root, "").replace(homedir(), "~");
}
