#!/usr/bin/env bash
# One would guess: a named schema that one answer has as it is and another as nullable is described once, and each use
# says by itself whether null may stand there.
# So it is with @asteasolutions/zod-to-openapi 9.1.0 for OpenAPI 3.1: which of the two comes first decides. Where the
# plain use does, the nullable one is written allOf [$ref, {type: [object, null]}], which null never satisfies, as the
# referenced schema asks for an object. Where the nullable use does, the shared schema itself becomes nullable, and with
# it every plain use. A client generated from the first refuses answers that come; one from the second checks for a null
# that never does.
# Seen: plain first {"component":"object","plain":["$ref"],"nullable":["allOf"]}, nullable first
# {"component":["object","null"],"plain":["$ref"],"nullable":["$ref"]}.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @asteasolutions/zod-to-openapi@9.1.0 zod@4.6.7
cat >order.mjs <<'JS'
import { extendZodWithOpenApi, OpenAPIRegistry, OpenApiGeneratorV31 } from "@asteasolutions/zod-to-openapi";
import { z } from "zod";

extendZodWithOpenApi(z);

/** Two routes answer with the same named schema, described in the given order. */
function describeIn(order) {
  const registry = new OpenAPIRegistry();
  const money = z.object({ amount: z.string() }).openapi("Money");
  const answers = { plain: z.object({ paid: money }), nullable: z.object({ paid: money.nullable() }) };
  for (const name of order) {
    const content = { "application/json": { schema: answers[name] } };
    registry.registerPath({ method: "get", path: `/${name}`, responses: { 200: { description: "", content } } });
  }
  const { components, paths } = new OpenApiGeneratorV31(registry.definitions).generateDocument({
    openapi: "3.1.0",
    info: { title: "money", version: "1" },
  });
  const use = (name) => Object.keys(paths[`/${name}`].get.responses[200].content["application/json"].schema.properties.paid);
  return JSON.stringify({ component: components.schemas.Money.type, plain: use("plain"), nullable: use("nullable") });
}

console.log("plain first", describeIn(["plain", "nullable"]));
console.log("nullable first", describeIn(["nullable", "plain"]));
JS
said=$(node order.mjs)
echo "$said"
expected='plain first {"component":"object","plain":["$ref"],"nullable":["allOf"]}
nullable first {"component":["object","null"],"plain":["$ref"],"nullable":["$ref"]}'
[ "$said" = "$expected" ] || { echo "it is otherwise now" >&2; exit 1; }
