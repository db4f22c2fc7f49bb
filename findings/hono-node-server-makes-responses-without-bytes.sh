#!/usr/bin/env bash
# One would guess: `new Response(stream).bytes()` reads a stream in every file of a Node program, whatever else runs.
# So it is not once @hono/node-server 2.1.8 has started a server in the process: it puts a lighter class in the place of
# the global Response, whose prototype is Node's. The class hands on arrayBuffer, blob, clone, formData, json and text,
# not bytes; that one is inherited, and fails on Node's private field with words that name neither library nor method.
# Its Request reads bytes well. The error depends on the order in which things start, and so comes and goes.
# Seen: "before: 3 bytes", "after: TypeError Cannot read private member #state ...", "arrayBuffer: 3", "request: 3 bytes".
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @hono/node-server@2.1.8 hono@4.13.19 node@24.16.0 >/dev/null
cat >bytes.mjs <<'JS'
import { once } from "node:events";
import { serve } from "@hono/node-server";

// The error is thrown where bytes() is called, not by the promise that it should return.
const read = async (make) => {
  try {
    return `${(await make()).length} bytes`;
  } catch (error) {
    return `${error.name} ${error.message}`;
  }
};
const stream = () => new Blob(["abc"]).stream();
console.log("before:", await read(() => new Response(stream()).bytes()));
const server = serve({ fetch: () => new Response("hello"), port: 0 });
await once(server, "listening");
console.log("after:", await read(() => new Response(stream()).bytes()));
console.log("arrayBuffer:", (await new Response(stream()).arrayBuffer()).byteLength);
console.log("request:", await read(() => new Request("http://name.test/", { method: "POST", body: "abc" }).bytes()));
server.close();
JS
npx node bytes.mjs | tee seen
grep -qx "before: 3 bytes" seen
grep -q "^after: TypeError Cannot read private member" seen
grep -qx "arrayBuffer: 3" seen
grep -qx "request: 3 bytes" seen
