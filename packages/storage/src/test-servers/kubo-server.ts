import { readCar } from "./read-car.ts";
import { startTestServer, type TestServer } from "./serve.ts";

/** kubo's RPC API as docs.ipfs.tech describes it: dag/import, cat, block/stat; every call a POST, errors as HTTP 500. */
export function startKuboServer(): Promise<TestServer> {
  return startTestServer(async (request, { contents }) => {
    if (request.method !== "POST") return new Response("405 - Method Not Allowed", { status: 405 });
    const url = new URL(request.url);
    const cid = url.searchParams.get("arg") ?? "";
    const content = contents.get(cid);
    switch (url.pathname) {
      case "/api/v0/dag/import":
        return importCar(request, contents);
      case "/api/v0/cat":
        if (!content) return failure(`block was not found locally (offline): ipld: could not find ${cid}`);
        return new Response(Uint8Array.from(content.subarray(Number(url.searchParams.get("offset") ?? 0))));
      case "/api/v0/block/stat":
        if (!content) return failure(`block was not found locally (offline): ipld: could not find ${cid}`);
        return Response.json({ Key: cid, Size: content.length });
      default:
        return new Response("404 page not found", { status: 404 });
    }
  });
}

async function importCar(request: Request, contents: Map<string, Uint8Array>): Promise<Response> {
  const file = (await request.formData()).get("file");
  if (!(file instanceof Blob)) return failure("argument 'path' is required");
  const { cid, content } = await readCar(new Uint8Array(await file.arrayBuffer()));
  contents.set(cid, content);
  return new Response(`${JSON.stringify({ Root: { Cid: { "/": cid }, PinErrorMsg: "" } })}\n`);
}

function failure(message: string): Response {
  return Response.json({ Message: message, Code: 0, Type: "error" }, { status: 500 });
}
