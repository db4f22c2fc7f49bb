import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What one commit brought: each file's bytes by its path. */
export interface HubCommit {
  title: string;
  files: Map<string, Buffer>;
}

interface Repository {
  isPrivate: boolean;
  commits: HubCommit[];
  files: Map<string, { sha1: string; sha256: string; isLarge: boolean }>;
}

const digest = (algorithm: string, ...parts: (string | Buffer)[]) =>
  parts.reduce((hash, part) => hash.update(part), createHash(algorithm)).digest("hex");
const gitSha1 = (bytes: Buffer) => digest("sha1", `blob ${bytes.length}\0`, bytes);

/**
 * A hub that model repositories are written to, as far as its upload protocol goes: a repository is made, each file's
 * way is asked for (safetensors by LFS, in one piece or in parts, others in the commit itself), LFS objects are sent to
 * addresses of their own, and a commit as lines of JSON names them all. Every write needs the token.
 *
 * @param partBytes size of an LFS object's parts; larger ones are asked for in parts
 */
export async function startModelHub({
  token,
  owner,
  partBytes,
}: {
  token: string;
  owner: string;
  partBytes: number;
}) {
  const repositories = new Map<string, Repository>();
  const objects = new Map<string, Buffer>();
  const parts = new Map<string, Buffer>();
  const requests: { method: string; url: string; authorization: string | undefined }[] = [];
  const state = { down: false };

  const server = createServer((request, response) => {
    const { method = "", url = "", headers } = request;
    requests.push({ method, url, authorization: headers.authorization });
    void bodyOf(request)
      .then((body) => answer(request, response, body))
      .catch((error: unknown) => response.writeHead(500).end(String(error)));
  });

  function answer({ method, url = "", headers }: IncomingMessage, response: ServerResponse, body: Buffer) {
    const json = (status: number, told: unknown) =>
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(told));
    if (state.down) return json(503, { error: "away" });
    if (method === "PUT") return response.writeHead(200, { etag: keep(url, body) }).end();
    if (url.startsWith("/complete/")) return json(200, join(url, JSON.parse(body.toString())));
    if (headers.authorization !== `Bearer ${token}`) return json(401, { error: "Invalid credentials" });
    if (url === "/api/repos/create") return create(JSON.parse(body.toString()), json);
    const name = /^\/(?:api\/models\/)?([\w.-]+\/[\w.-]+?)(?:\.git)?\//.exec(`${url}/`)?.[1] ?? "";
    const repository = repositories.get(name);
    if (!repository) return json(404, { error: "Repository not found" });
    if (url === `/api/models/${name}/preupload/main`) return json(200, ways(repository, body));
    if (url === `/${name}.git/info/lfs/objects/batch`) return json(200, batch(body));
    if (url === `/api/models/${name}/commit/main`) return json(200, commit(name, repository, body));
    if (url === `/api/models/${name}`) return json(200, { sha: oidOf(repository.commits.length) });
    return json(404, { error: `no ${method} ${url}` });
  }

  function create(
    asked: { name: string; organization: string; visibility?: string; type?: string },
    json: (status: number, told: unknown) => unknown,
  ) {
    const name = `${asked.organization}/${asked.name}`;
    if (asked.organization !== owner)
      return json(403, { error: `You may not write to ${asked.organization}` });
    if (repositories.has(name)) return json(409, { error: "You already created this model repo" });
    repositories.set(name, { isPrivate: asked.visibility === "private", commits: [], files: new Map() });
    return json(200, { url: `${address()}/${name}`, name, id: name });
  }

  function ways(repository: Repository, body: Buffer) {
    const { files } = JSON.parse(body.toString()) as {
      files: { path: string; size: number; sample: string }[];
    };
    return {
      files: files.map(({ path }) => {
        const isLarge = path.endsWith(".safetensors");
        const known = repository.files.get(path);
        const oid = known && (isLarge ? known.sha256 : known.sha1);
        return { path, uploadMode: isLarge ? "lfs" : "regular", ...(oid && { oid }), shouldIgnore: false };
      }),
    };
  }

  function batch(body: Buffer) {
    const asked = JSON.parse(body.toString()) as { objects: { oid: string; size: number }[] };
    return {
      transfer: "multipart",
      objects: asked.objects.map(({ oid, size }) => {
        if (objects.has(oid)) return { oid, size };
        if (size <= partBytes)
          return { oid, size, actions: { upload: { href: `${address()}/object/${oid}` } } };
        const numbers = Array.from({ length: Math.ceil(size / partBytes) }, (_, index) => index + 1);
        const places = numbers.map((number) => [
          String(number).padStart(5, "0"),
          `${address()}/part/${oid}/${number}`,
        ]);
        const header = { chunk_size: String(partBytes), ...Object.fromEntries(places) };
        return { oid, size, actions: { upload: { href: `${address()}/complete/${oid}`, header } } };
      }),
    };
  }

  function keep(url: string, body: Buffer): string {
    const oid = /^\/object\/(\w+)$/.exec(url)?.[1];
    if (oid) store(oid, body);
    else parts.set(url, body);
    return digest("md5", body);
  }

  function join(url: string, told: { oid: string; parts: { partNumber: number; etag: string }[] }) {
    const pieces = told.parts.map(({ partNumber, etag }) => {
      const piece = parts.get(`/part/${told.oid}/${partNumber}`);
      if (!piece || digest("md5", piece) !== etag)
        throw new Error(`part ${partNumber} of ${url} is not there`);
      return piece;
    });
    store(told.oid, Buffer.concat(pieces));
    return { success: true };
  }

  function store(oid: string, body: Buffer) {
    if (digest("sha256", body) !== oid) throw new Error(`${oid} has other bytes`);
    objects.set(oid, body);
  }

  function commit(name: string, repository: Repository, body: Buffer) {
    const lines = body
      .toString()
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as CommitLine);
    const made: HubCommit = { title: "", files: new Map() };
    for (const { key, value } of lines) {
      if (key === "header") made.title = value.summary ?? "";
      else made.files.set(value.path ?? "", key === "lfsFile" ? large(value) : plain(value));
    }
    repository.commits.push(made);
    for (const [path, bytes] of made.files) {
      const isLarge = path.endsWith(".safetensors");
      repository.files.set(path, { sha1: gitSha1(bytes), sha256: digest("sha256", bytes), isLarge });
    }
    const oid = oidOf(repository.commits.length);
    return { success: true, commitOid: oid, commitUrl: `${address()}/${name}/commit/${oid}`, hookOutput: "" };
  }

  function large({ oid = "", algo }: CommitLine["value"]): Buffer {
    const found = objects.get(oid);
    if (algo !== "sha256" || !found) throw new Error(`${algo} ${oid} was not sent`);
    return found;
  }

  function plain({ content = "", encoding }: CommitLine["value"]): Buffer {
    if (encoding !== "base64") throw new Error(`content is ${encoding}`);
    return Buffer.from(content, "base64");
  }

  const address = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: address(),
    repositories,
    /** Everything that was asked, in order. */
    requests,
    /** Answers nothing but 503 while it is down. */
    setDown(down: boolean) {
      state.down = down;
    },
    stop: () => void server.close(),
  };
}

interface CommitLine {
  key: "header" | "file" | "lfsFile";
  value: {
    summary?: string;
    path?: string;
    content?: string;
    encoding?: string;
    oid?: string;
    algo?: string;
  };
}

const oidOf = (number: number) => number.toString(16).padStart(40, "0");

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}
