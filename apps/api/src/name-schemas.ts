import type { OpenAPIHono } from "@hono/zod-openapi";
import * as protocol from "@trainchain/protocol";
import { z } from "zod";
import type { AppEnv } from "./http/app-env.ts";

type App = OpenAPIHono<AppEnv>;
type Document = ReturnType<App["getOpenAPI31Document"]>;
type Names = z.core.$ZodRegistry<{ id: string }>;

/**
 * Moves the JSON of every request and answer among the document's components, by names that stay: `jobViewSchema` of
 * the protocol is `JobView`, and what has no name there is called after its operation, such as `ListJobsResponse`.
 */
export function nameSchemas({ openAPIRegistry }: App, document: Document): object {
  const names = namesOfProtocol();
  for (const definition of openAPIRegistry.definitions) {
    if (definition.type !== "route") continue;
    const { method, path, operationId = "", request, responses } = definition.route;
    const operation = document.paths?.[path]?.[method as "get"];
    const name = operationId.charAt(0).toUpperCase() + operationId.slice(1);
    nameJson(names, `${name}Request`, request?.body, operation?.requestBody);
    for (const [status, response] of Object.entries(responses))
      nameJson(names, `${name}Response`, response, operation?.responses?.[status]);
  }
  const { schemas } = z.toJSONSchema(names, {
    ...{ io: "input", unrepresentable: "any", uri: addressOf },
    override: ({ jsonSchema }) => boundTuple(jsonSchema),
  });
  return { ...document, components: { ...document.components, schemas: reachable(document.paths, schemas) } };
}

/** Says how long a tuple is, in place of that it has nothing more: makers of clients read no schema that is a mere `false`. */
function boundTuple(schema: z.core.JSONSchema.BaseSchema): void {
  if (schema.prefixItems === undefined || (schema.items as unknown) !== false) return;
  delete schema.items;
  schema.minItems = schema.maxItems = schema.prefixItems.length;
}

function namesOfProtocol(): Names {
  const names: Names = z.registry();
  for (const [name, value] of Object.entries(protocol))
    if (name.endsWith("Schema") && value instanceof z.ZodType)
      names.add(value, { id: name.charAt(0).toUpperCase() + name.slice(1, -"Schema".length) });
  return names;
}

/** Lets `described`, as the document has it, refer to what `declared`, as its route has it, takes or gives as JSON. */
function nameJson(names: Names, fallback: string, declared: unknown, described: unknown): void {
  const schema = jsonOf(declared)?.schema;
  const json = jsonOf(described);
  if (!(schema instanceof z.ZodType) || !json) return;
  if (!names.has(schema)) names.add(schema, { id: fallback });
  json.schema = { $ref: addressOf(names.get(schema)?.id ?? fallback) };
}

function jsonOf(described: unknown): { schema?: unknown } | undefined {
  return (described as { content?: Record<string, object> } | undefined)?.content?.["application/json"];
}

const addressOf = (id: string) => `#/components/schemas/${id}`;

/** Of the schemas by name, those that `from` refers to, and those that these refer to. */
function reachable(from: unknown, schemas: Record<string, object>): Record<string, object> {
  const found: Record<string, object> = {};
  const waiting = [from];
  for (let part = waiting.pop(); part !== undefined; part = waiting.pop()) {
    for (const [, id = ""] of toJson(part).matchAll(/"#\/components\/schemas\/(\w+)"/g)) {
      if (id in found) continue;
      const { $schema: _, $id: __, ...schema } = schemas[id] as Record<string, unknown>;
      found[id] = schema;
      waiting.push(schema);
    }
  }
  return Object.fromEntries(Object.entries(found).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Defaults of amounts are bigints, which JSON has not. */
export function toJson(document: unknown): string {
  return JSON.stringify(document, (_, value: unknown) =>
    typeof value === "bigint" ? value.toString() : value,
  );
}
