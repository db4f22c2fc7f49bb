import { randomBytes } from "node:crypto";
import {
  countUnfinishedUploads,
  createUpload,
  deleteUpload,
  findSlot,
  findUpload,
} from "@trainchain/db/market";
import { jobIdSchema, TrainChainError, uploadPurposes } from "@trainchain/protocol";
import { Server, type Upload } from "@tus/server";
import { Hono } from "hono";
import { z } from "zod";
import type { Deps } from "../deps.ts";
import type { AppEnv } from "../http/app-env.ts";
import { invalidInput } from "../http/errors.ts";
import { callerOf, requireSession } from "../http/sessions.ts";
import { asErrorBody } from "./tus-errors.ts";

const metadataSchema = z
  .object({
    filename: z.string().min(1).max(255).default("upload"),
    purpose: z.enum(uploadPurposes),
    jobId: jobIdSchema.optional(),
  })
  .refine(({ purpose, jobId }) => purpose !== "adapter" || jobId !== undefined, {
    path: ["jobId"],
    message: "an adapter's upload names its job",
  });

/** Resumable uploads (tus 1.0.0): POST /uploads, and HEAD, PATCH and DELETE of /uploads/{id} for its owner. */
export function receiveUploads(deps: Deps): Hono<AppEnv> {
  const { connection, limits, uploads, platform } = deps;
  const { db } = connection;
  // tus hands its hooks the same Request that came in; what we know of it or it of us is kept beside it.
  const owners = new WeakMap<object, `0x${string}`>();
  const failures = new WeakMap<object, TrainChainError>();

  const tus = new Server({
    path: "/uploads",
    datastore: uploads.files,
    maxSize: Math.max(limits.uploadBytes, limits.adapterBytes),
    namingFunction: () => randomBytes(16).toString("hex"),
    generateUrl: (_request, { id }) =>
      `${new URL(platform.publicUrl).pathname.replace(/\/$/, "")}/uploads/${id}`,
    // The app's own CORS answers for these paths too.
    allowedOrigins: () => false,
    disableTerminationForFinishedUploads: true,
    async onUploadCreate(request, upload) {
      await acceptUpload(deps, owners.get(request)!, upload);
      return {};
    },
    async onUploadFinish(request, upload) {
      const row = await findUpload(db, { id: upload.id, owner: owners.get(request)! });
      if (row) await uploads.finish(row);
      return {};
    },
    onResponseError(request, error) {
      if (error instanceof TrainChainError) failures.set(request, error);
      return undefined;
    },
  });

  async function handle(request: Request, owner: `0x${string}`): Promise<Response> {
    owners.set(request, owner);
    const response = await tus.handleWeb(request);
    const failure = failures.get(request);
    if (failure) throw failure;
    return response;
  }

  return (
    new Hono<AppEnv>()
      .use("/uploads/*", requireSession)
      .post("/uploads", async (c) => asErrorBody(await handle(c.req.raw, callerOf(c).wallet), c))
      // Hono answers HEAD by its GET routes. A real GET would hand out the bytes: there is none.
      .on(["GET", "PATCH", "DELETE"], "/uploads/:id", async (c) => {
        if (c.req.method === "GET") return c.notFound();
        const id = c.req.param("id");
        const { wallet } = callerOf(c);
        const upload = await findUpload(db, { id, owner: wallet });
        if (!upload) throw unknownUpload(id);
        const response = await handle(c.req.raw, wallet);
        if (c.req.method === "DELETE" && response.ok) await deleteUpload(db, id);
        return asErrorBody(response, c);
      })
  );
}

export function unknownUpload(id: string): TrainChainError {
  return new TrainChainError("not-found", `you have no upload ${id}`, {
    fix: "Begin a new upload with POST /uploads.",
    facts: { uploadId: id },
  });
}

async function acceptUpload(
  { connection, limits, platform }: Deps,
  owner: string,
  upload: Upload,
): Promise<void> {
  const { db } = connection;
  const metadata = metadataSchema.safeParse(upload.metadata ?? {});
  if (!metadata.success) throw invalidInput(metadata.error);
  const { purpose, jobId, filename } = metadata.data;
  const maxBytes = purpose === "dataset" ? limits.uploadBytes : limits.adapterBytes;
  const sizeBytes = upload.size ?? 0;
  if (sizeBytes < 1) {
    throw new TrainChainError("invalid-input", "an upload says its size at the start, and it is not empty", {
      fix: "Send Upload-Length with the file's size in bytes.",
    });
  }
  if (sizeBytes > maxBytes) {
    throw new TrainChainError(
      "too-large",
      `${sizeBytes} bytes are more than a ${purpose} may have (${maxBytes})`,
      {
        fix: "Send a smaller file.",
        facts: { sizeBytes, maxBytes },
      },
    );
  }
  if (jobId !== undefined) {
    const slot = await findSlot(db, { escrow: platform.escrow, jobId, contributor: owner });
    if (slot?.status !== "accepted") {
      throw new TrainChainError("not-found", `you hold no slot of job ${jobId} that awaits an adapter`, {
        fix: "Accept the job first, and wait until the acceptance is confirmed.",
      });
    }
  }
  if ((await countUnfinishedUploads(db, owner)) >= limits.unfinishedUploads) {
    throw new TrainChainError("conflict", `you have ${limits.unfinishedUploads} unfinished uploads`, {
      fix: "Finish or delete one of them (DELETE /uploads/{id}), or wait until they expire.",
    });
  }
  await createUpload(db, {
    id: upload.id,
    owner,
    purpose,
    fileName: filename,
    sizeBytes,
    createdAt: new Date(),
  });
}
