import { randomUUID } from "node:crypto";
import { computeCid } from "../cid.ts";
import { readCar } from "./read-car.ts";
import { startTestServer, type TestServer } from "./serve.ts";

export interface PinataServer extends TestServer {
  jwt: string;
}

/**
 * Pinata's API v3 as docs.pinata.cloud describes it, as far as the client and its users need it: upload of a form
 * or in pieces (tus), CAR or plain; listing by CID; deletion; the gateway.
 */
export async function startPinataServer(): Promise<PinataServer> {
  const jwt = `test-${randomUUID()}`;
  const uploads = new Map<string, { length: number; isCar: boolean; bytes: Uint8Array }>();

  const store = async (server: TestServer, bytes: Uint8Array, isCar: boolean) => {
    const { cid, content } = isCar ? await readCar(bytes) : { cid: await computeCid(bytes), content: bytes };
    server.contents.set(cid, content);
    return cid;
  };

  const uploadForm = async (request: Request, server: TestServer) => {
    const form = await request.formData();
    const file = form.get("file");
    if (!(file instanceof Blob)) return json({ error: "file is required" }, 400);
    const cid = await store(server, new Uint8Array(await file.arrayBuffer()), form.get("car") === "true");
    return json({ data: { id: randomUUID(), cid, size: file.size, network: form.get("network") } });
  };

  const uploadPiece = async (request: Request, server: TestServer, id: string) => {
    const upload = uploads.get(id);
    if (!upload) return json({ error: "no such upload" }, 404);
    if (Number(request.headers.get("upload-offset")) !== upload.bytes.length)
      return new Response(null, { status: 409 });
    upload.bytes = Uint8Array.from(
      Buffer.concat([upload.bytes, new Uint8Array(await request.arrayBuffer())]),
    );
    const headers: Record<string, string> = { "upload-offset": String(upload.bytes.length) };
    if (upload.bytes.length === upload.length)
      headers["upload-cid"] = await store(server, upload.bytes, upload.isCar);
    return new Response(null, { status: 204, headers });
  };

  const server = await startTestServer(async (request, testServer) => {
    const url = new URL(request.url);
    const [, first, second, id] = url.pathname.split("/");
    const route = `${request.method} /${first}/${second}`;
    if (request.method === "GET" && first === "ipfs")
      return gateway(request, testServer.contents.get(second ?? ""));

    if (request.headers.get("authorization") !== `Bearer ${jwt}`) return json({ error: "unauthorized" }, 401);

    if (route === "POST /v3/files" && request.headers.has("upload-length")) {
      const isCar = request.headers.get("upload-metadata")?.includes(`car ${btoa("true")}`) ?? false;
      const uploadId = randomUUID();
      uploads.set(uploadId, {
        length: Number(request.headers.get("upload-length")),
        isCar,
        bytes: new Uint8Array(0),
      });
      return new Response(null, {
        status: 201,
        headers: { location: `${testServer.url}/v3/files/${uploadId}` },
      });
    }
    if (route === "POST /v3/files") return uploadForm(request, testServer);
    if (route === "PATCH /v3/files") return uploadPiece(request, testServer, id ?? "");
    if (route === "GET /v3/files" && id === "public") {
      const cid = url.searchParams.get("cid") ?? "";
      return json({ data: { files: testServer.contents.has(cid) ? [{ id: `id-${cid}`, cid }] : [] } });
    }
    const deleted = request.method === "DELETE" && url.pathname.startsWith("/v3/files/public/");
    if (deleted && testServer.contents.delete(url.pathname.split("/").at(-1)?.slice(3) ?? ""))
      return json({ data: null });
    return json({ error: "not found" }, 404);
  });
  return Object.assign(server, { jwt });
}

function gateway(request: Request, content: Uint8Array | undefined): Response {
  if (!content) return new Response("not found", { status: 404 });
  const range = /^bytes=(\d+)-$/.exec(request.headers.get("range") ?? "");
  const bytes = range ? content.subarray(Number(range[1])) : content;
  return new Response(Uint8Array.from(bytes), { status: range ? 206 : 200 });
}

function json(body: unknown, status = 200): Response {
  return Response.json(body, { status });
}
