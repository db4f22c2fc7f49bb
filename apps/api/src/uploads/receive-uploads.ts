import { randomBytes } from "node:crypto";
import type { Database } from "@trainchain/db";
import {
  countUnpaidUploads,
  createUpload,
  deleteUpload,
  endOlderAdapters,
  findAwaitedSlot,
  findDraftOfUpload,
  findUpload,
  lockUploads,
  type Upload as UploadRecord,
} from "@trainchain/db/market";
import { jobIdSchema, TrainChainError, type UploadPurpose, uploadPurposes } from "@trainchain/protocol";
import { Server, type Upload } from "@tus/server";
import { type Context, Hono } from "hono";
import { z } from "zod";
import type { Deps } from "../deps.ts";
import type { AppEnv } from "../http/app-env.ts";
import { clientNetworks } from "../http/client-address.ts";
import { invalidInput } from "../http/errors.ts";
import { callerOf, requireSession } from "../http/sessions.ts";
import { assertRoom } from "./assert-room.ts";
import { makeWayForCopy, maxBytesOfBoundary } from "./boundary-limits.ts";
import { endOlderCopies } from "./end-older-copies.ts";
import { reservedBytes } from "./reserved-bytes.ts";
import { asErrorBody } from "./tus-errors.ts";

const metadataSchema = z
  .object({
    filename: z.string().min(1).max(255).default("upload"),
    purpose: z.enum(uploadPurposes),
    jobId: jobIdSchema.optional(),
    boundary: z
      .string()
      .regex(/^\d{1,4}$/, "expected the number of a boundary")
      .transform(Number)
      .optional(),
    /** Hashes, with commas between them; none where a tree has one leaf. */
    path: z
      .string()
      .regex(/^([0-9a-f]{64}(,[0-9a-f]{64}){0,15})?$/, "expected at most 16 hashes with commas between them")
      .transform((text) => text.split(",").filter(Boolean))
      .default([]),
  })
  .refine(({ purpose, jobId }) => purpose === "dataset" || jobId !== undefined, {
    path: ["jobId"],
    message: "the upload of an adapter or a boundary names its job",
  })
  .refine(({ purpose, boundary }) => purpose !== "boundary" || boundary !== undefined, {
    path: ["boundary"],
    message: "the upload of a boundary names its number",
  });

/** Resumable uploads (tus 1.0.0): POST /uploads, and HEAD, PATCH and DELETE of /uploads/{id} for its owner. */
export function receiveUploads(deps: Deps): Hono<AppEnv> {
  const { connection, limits, uploads, platform } = deps;
  const { db } = connection;
  // tus hands its hooks the same Request that came in; what we know of it or it of us is kept beside it.
  const senders = new WeakMap<object, Sender>();
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
      await acceptUpload(deps, senders.get(request)!, upload);
      return {};
    },
    async onUploadFinish(request, upload) {
      const row = await findUpload(db, { id: upload.id, owner: senders.get(request)!.owner });
      if (row) await uploads.finish(row);
      if (row) await keepNewest(deps, row);
      return {};
    },
    onResponseError(request, error) {
      if (error instanceof TrainChainError) failures.set(request, error);
      return undefined;
    },
  });

  async function handle(c: Context<AppEnv>): Promise<Response> {
    const request = c.req.raw;
    const { network, site = network } = clientNetworks(c, platform.trustProxy);
    senders.set(request, { owner: callerOf(c).wallet, network: site });
    const response = await tus.handleWeb(request);
    const failure = failures.get(request);
    if (failure) throw failure;
    return response;
  }

  return (
    new Hono<AppEnv>()
      .use("/uploads/*", requireSession)
      .post("/uploads", async (c) => asErrorBody(await handle(c), c))
      // Hono answers HEAD by its GET routes. A real GET would hand out the bytes: there is none.
      .on(["GET", "PATCH", "DELETE"], "/uploads/:id", async (c) => {
        if (c.req.method === "GET") return c.notFound();
        const id = c.req.param("id");
        const { wallet } = callerOf(c);
        const upload = await findUpload(db, { id, owner: wallet });
        if (!upload) throw unknownUpload(id);
        const { purpose } = upload;
        if (c.req.method === "PATCH") await assertFloor(deps, purpose);
        if (c.req.method === "DELETE" && (await isDatasetToSpare(db, upload))) {
          await deleteUpload(db, id);
          await uploads.remove(id);
          return c.body(null, 204);
        }
        const response = await handle(c);
        // Full in the middle of a piece: the protocol's server says no more than that it could not write.
        if (response.status === 500) await assertFloor(deps, purpose);
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

/** Who sends an upload, and from which network. */
interface Sender {
  owner: `0x${string}`;
  network: string;
}

/** A finished dataset that no request was made with; the protocol itself knows no end of finished uploads. */
async function isDatasetToSpare(db: Database, { id, purpose, finishedAt }: UploadRecord): Promise<boolean> {
  return purpose === "dataset" && finishedAt !== null && !(await findDraftOfUpload(db, id));
}

/** Removes older copies of what has just come; that they are still here is no reason to refuse it. */
async function keepNewest(deps: Deps, { escrow, jobId, owner, boundary }: UploadRecord): Promise<void> {
  if (escrow === null || jobId === null || boundary === null) return;
  await endOlderCopies(deps, { escrow, jobId, contributor: owner, boundary }).catch((err: unknown) =>
    deps.logger.warn({ err, jobId, boundary }, "older copies of a boundary were not removed"),
  );
}

async function acceptUpload(deps: Deps, { owner, network }: Sender, upload: Upload): Promise<void> {
  const { connection, limits, platform, uploads } = deps;
  const { db } = connection;
  const metadata = metadataSchema.safeParse(upload.metadata ?? {});
  if (!metadata.success) throw invalidInput(metadata.error);
  const { purpose, jobId, boundary, path, filename } = metadata.data;
  const of =
    purpose === "boundary" && jobId !== undefined && boundary !== undefined
      ? { escrow: platform.escrow, jobId, boundary, path }
      : undefined;
  const ofAnyJob = purpose === "dataset" ? limits.uploadBytes : limits.adapterBytes;
  const maxBytes = of ? await maxBytesOfBoundary(db, { ...of, contributor: owner }) : ofAnyJob;
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
  if (jobId !== undefined && purpose !== "boundary") {
    if (!(await findAwaitedSlot(db, { escrow: platform.escrow, jobId, contributor: owner }))) {
      throw new TrainChainError("not-found", `you hold no slot of job ${jobId} that awaits an adapter`, {
        fix: "Accept the job first, and wait until the acceptance is confirmed.",
      });
    }
  }
  // Before the lock: whoever holds it waits for no other connection.
  const minFreeBytes = await floorFor(deps, purpose);
  const ended = await db.transaction(async (tx) => {
    await lockUploads(tx);
    // What goes to storage lies here twice for a moment.
    const neededBytes =
      purpose === "dataset" ? sizeBytes + (await uploads.unsentBytes(tx, countedBefore)) : 2 * sizeBytes;
    await assertRoom(uploads.dir, { neededBytes, minFreeBytes });
    const older = purpose === "adapter" ? await endOlderAdapters(tx, { escrow: platform.escrow, owner }) : [];
    if (of) older.push(...(await makeWayForCopy(tx, { ...of, contributor: owner, sizeBytes })));
    assertQuota("you have", deps, await countUnpaidUploads(tx, { owner }), sizeBytes, 1);
    // What a job waits for is its contributor's own affair: strangers at the same address must not shut it out.
    if (jobId === undefined) {
      const ofNetwork = await countUnpaidUploads(tx, { network });
      assertQuota("your network has", deps, ofNetwork, sizeBytes, limits.quota.perNetwork);
    }
    const note = { id: upload.id, owner, purpose, fileName: filename, sizeBytes, network, of };
    await createUpload(tx, { ...note, createdAt: new Date() });
    return older;
  });
  for (const id of ended) await uploads.remove(id);
}

/** What is still to come of others and counts before a dataset is begun. What others only said keeps nobody from delivering. */
const countedBefore = ["dataset", "adapter"] as const;

/** Room that an upload leaves, of which the last is for states of trainings. */
async function floorFor(deps: Deps, purpose: UploadPurpose): Promise<number> {
  const reserved = purpose === "boundary" ? 0 : await reservedBytes(deps);
  return deps.limits.minFreeBytes[purpose] + reserved;
}

async function assertFloor(deps: Deps, purpose: UploadPurpose): Promise<void> {
  await assertRoom(deps.uploads.dir, { minFreeBytes: await floorFor(deps, purpose) });
}

/** Refuses an upload more than may lie here with no money behind it. */
function assertQuota(
  who: string,
  { limits: { quota }, platform: { unpaidMs } }: Deps,
  kept: { uploads: number; bytes: number },
  sizeBytes: number,
  share: number,
): void {
  if (kept.uploads < quota.uploads * share && kept.bytes + sizeBytes <= quota.bytes * share) return;
  throw new TrainChainError(
    "conflict",
    `${who} ${kept.uploads} uploads of ${kept.bytes} bytes here that no job is paid for: ${quota.uploads * share} of ${quota.bytes * share} bytes in all may be`,
    {
      fix: `Pay for a draft, delete a draft or an upload (DELETE /uploads/{id}), or wait: what is not paid for is deleted after ${Math.round(unpaidMs / 86_400_000)} days.`,
      facts: { ...kept, sizeBytes },
    },
  );
}
