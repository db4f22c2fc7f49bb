import { createReadStream } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { basename } from "node:path";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { Hono } from "hono";
import { RefusedRequest } from "../errors.ts";
import { pageOf } from "../paging.ts";
import { readQuery } from "../read-body.ts";
import { listFilesSchema } from "../requests.ts";
import { hasEnded, type KeptFile } from "../state.ts";
import { newId, now, type Store } from "../store.ts";
import { fileView } from "../views.ts";

/** /v1/files: rows to train on, and what jobs measured on the way. */
export function fileRoutes({ store }: { store: Store }): Hono {
  return new Hono()
    .post("/", async (c) => {
      const { file, purpose } = await c.req.parseBody();
      if (purpose !== "fine-tune")
        throw new RefusedRequest("'purpose' must be 'fine-tune'", {
          param: "purpose",
          code: "invalid_value",
        });
      if (!(file instanceof File))
        throw new RefusedRequest("'file' is a required property", { param: "file" });
      const kept: KeptFile = {
        id: newId("file-"),
        fileName: basename(file.name).slice(0, 255) || "file.jsonl",
        sizeBytes: file.size,
        rows: 0,
        purpose,
        createdAt: now(),
      };
      await writeFile(store.pathOf(kept), file.stream(), { mode: 0o600 });
      kept.rows = await countRows(store.pathOf(kept));
      store.state.files.push(kept);
      await store.save();
      return c.json(fileView(kept));
    })
    .get("/", (c) => {
      const { order, purpose, ...page } = readQuery(c, listFilesSchema);
      const files = store.state.files.filter((file) => purpose === undefined || file.purpose === purpose);
      return c.json(pageOf(order === "asc" ? files : files.toReversed(), page, fileView));
    })
    .get("/:id", (c) => c.json(fileView(getFile(store, c.req.param("id")))))
    .get("/:id/content", (c) => {
      const file = getFile(store, c.req.param("id"));
      const bytes = Readable.toWeb(createReadStream(store.pathOf(file))) as ReadableStream<Uint8Array>;
      return c.body(bytes, 200, { "content-type": "application/octet-stream" });
    })
    .delete("/:id", async (c) => {
      const file = getFile(store, c.req.param("id"));
      if (store.state.jobs.some((job) => job.trainingFile === file.id && !hasEnded(job)))
        throw new RefusedRequest(`File ${file.id} is in use by a job`, { param: "id" });
      store.state.files.splice(store.state.files.indexOf(file), 1);
      await store.save();
      await rm(store.pathOf(file), { force: true });
      return c.json({ id: file.id, object: "file", deleted: true });
    });
}

/** @throws RefusedRequest 404 */
export function getFile({ state }: Store, id: string, param = "id"): KeptFile {
  const file = state.files.find((one) => one.id === id);
  if (file) return file;
  throw new RefusedRequest(`No such File object: ${id}`, { status: 404, param });
}

async function countRows(path: string): Promise<number> {
  let rows = 0;
  for await (const line of createInterface({ input: createReadStream(path) })) if (line.trim()) rows += 1;
  return rows;
}
