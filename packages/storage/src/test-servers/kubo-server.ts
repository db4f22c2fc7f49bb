import { readCar } from "./read-car.ts";
import { startTestServer, type TestServer } from "./serve.ts";

/** kubo's RPC API as docs.ipfs.tech describes it: dag/import, cat, block/stat, pin/rm, repo/gc; every call a POST, errors as HTTP 500. */
export function startKuboServer(): Promise<TestServer> {
  const unpinned = new Set<string>();
  return startTestServer(async (request, { contents }) => {
    if (request.method !== "POST") return new Response("405 - Method Not Allowed", { status: 405 });
    const url = new URL(request.url);
    const cid = url.searchParams.get("arg") ?? "";
    const content = contents.get(cid);
    switch (url.pathname) {
      case "/api/v0/dag/import":
        return importCar(request, contents, unpinned);
      case "/api/v0/cat":
        if (!content) return failure(`block was not found locally (offline): ipld: could not find ${cid}`);
        return new Response(Uint8Array.from(content.subarray(Number(url.searchParams.get("offset") ?? 0))));
      case "/api/v0/block/stat":
        if (!content) return failure(`block was not found locally (offline): ipld: could not find ${cid}`);
        return Response.json({ Key: cid, Size: content.length });
      case "/api/v0/pin/rm":
        if (!content || unpinned.has(cid)) return failure("not pinned or pinned indirectly");
        unpinned.add(cid);
        return Response.json({ Pins: [cid] });
      case "/api/v0/repo/gc":
        for (const name of unpinned) contents.delete(name);
        return new Response("");
      default:
        return new Response("404 page not found", { status: 404 });
    }
  });
}

async function importCar(
  request: Request,
  contents: Map<string, Uint8Array>,
  unpinned: Set<string>,
): Promise<Response> {
  const file = (await request.formData()).get("file");
  if (!(file instanceof Blob)) return failure("argument 'path' is required");
  const { cid, content } = await readCar(new Uint8Array(await file.arrayBuffer()));
  contents.set(cid, content);
  unpinned.delete(cid);
  return new Response(`${JSON.stringify({ Root: { Cid: { "/": cid }, PinErrorMsg: "" } })}\n`);
}

function failure(message: string): Response {
  return Response.json({ Message: message, Code: 0, Type: "error" }, { status: 500 });
}
