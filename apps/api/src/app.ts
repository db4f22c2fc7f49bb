import { OpenAPIHono } from "@hono/zod-openapi";
import { abilitiesHeader } from "@trainchain/protocol";
import { bodyLimit } from "hono/body-limit";
import { except } from "hono/combine";
import { cors } from "hono/cors";
import { requestId } from "hono/request-id";
import { secureHeaders } from "hono/secure-headers";
import { timeout } from "hono/timeout";
import type { Deps } from "./deps.ts";
import { describeApi } from "./describe-api.ts";
import type { AppEnv } from "./http/app-env.ts";
import { refuseInvalid, respondNotFound, respondWithError } from "./http/errors.ts";
import { logRequests } from "./http/log-requests.ts";
import { createRateLimiter, limitRate, type RateLimiter } from "./http/rate-limit.ts";
import { resolveSession } from "./http/sessions.ts";
import { takeTurns } from "./http/take-turns.ts";
import { kindRoutes } from "./kinds/index.ts";
import { acceptJob } from "./routes/accept-job.ts";
import { changeDraft } from "./routes/change-draft.ts";
import { confirmMail } from "./routes/confirm-mail.ts";
import { createAdapterUpload } from "./routes/create-adapter-upload.ts";
import { createNonce } from "./routes/create-nonce.ts";
import { createWebhook } from "./routes/create-webhook.ts";
import { deleteDraft } from "./routes/delete-draft.ts";
import { deleteWebhook } from "./routes/delete-webhook.ts";
import { downloadAdapter } from "./routes/download-adapter.ts";
import { downloadResult } from "./routes/download-result.ts";
import { finishJob } from "./routes/finish-job.ts";
import { getAssignment } from "./routes/get-assignment.ts";
import { getBalance } from "./routes/get-balance.ts";
import { getConfig } from "./routes/get-config.ts";
import { getContent } from "./routes/get-content.ts";
import { getContributor } from "./routes/get-contributor.ts";
import { getCurves } from "./routes/get-curves.ts";
import { getDraft } from "./routes/get-draft.ts";
import { getHealth } from "./routes/get-health.ts";
import { getJob } from "./routes/get-job.ts";
import { getProfile } from "./routes/get-profile.ts";
import { getPushKey } from "./routes/get-push-key.ts";
import { getReadiness } from "./routes/get-readiness.ts";
import { getReceipt } from "./routes/get-receipt.ts";
import { getReplay } from "./routes/get-replay.ts";
import { getSession } from "./routes/get-session.ts";
import { getTokenizer } from "./routes/get-tokenizer.ts";
import { getTotals } from "./routes/get-totals.ts";
import { getTrial } from "./routes/get-trial.ts";
import { getUploadStatus } from "./routes/get-upload-status.ts";
import { getVerification } from "./routes/get-verification.ts";
import { listContributions } from "./routes/list-contributions.ts";
import { listContributorPool } from "./routes/list-contributor-pool.ts";
import { listDrafts } from "./routes/list-drafts.ts";
import { listJobs } from "./routes/list-jobs.ts";
import { listRatings } from "./routes/list-ratings.ts";
import { listRequests } from "./routes/list-requests.ts";
import { listTimeline } from "./routes/list-timeline.ts";
import { listWebhookDeliveries } from "./routes/list-webhook-deliveries.ts";
import { listWebhooks } from "./routes/list-webhooks.ts";
import { login } from "./routes/login.ts";
import { logout } from "./routes/logout.ts";
import { noteStake } from "./routes/note-stake.ts";
import { openContributorExplorer } from "./routes/open-contributor-explorer.ts";
import { rateContributor } from "./routes/rate-contributor.ts";
import { reportProgress } from "./routes/report-progress.ts";
import { setGpuTier } from "./routes/set-gpu-tier.ts";
import { tryResult } from "./routes/try-result.ts";
import { unsubscribeMail } from "./routes/unsubscribe-mail.ts";
import { watchJob } from "./routes/watch-job.ts";
import { createLinkPreviews } from "./site/link-previews.ts";
import { serveSite } from "./site/serve-site.ts";
import { receiveUploads } from "./uploads/receive-uploads.ts";

/** What stands before every route: what a request is known by, and what it may cost. */
function createGuardedApp(deps: Deps, limiter: RateLimiter) {
  const { platform, limits, logger, metrics } = deps;
  const app = new OpenAPIHono<AppEnv>({ defaultHook: refuseInvalid });

  app.onError(respondWithError(logger));
  app.notFound(respondNotFound(app));
  app.use(
    requestId(),
    logRequests(logger),
    metrics.measureRequests,
    // A form is sent with its page's origin only where a referrer may be.
    secureHeaders({ crossOriginResourcePolicy: "cross-origin", referrerPolicy: "same-origin" }),
    cors({
      origin: [...platform.webOrigins],
      credentials: true,
      allowMethods: ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"],
      allowHeaders: ["authorization", "content-type", "idempotency-key", abilitiesHeader, ...tusHeaders],
      exposeHeaders: ["x-request-id", "retry-after", "location", ...tusHeaders],
      maxAge: 600,
    }),
  );
  // Says that the process runs, so it depends on nothing below.
  app.route("/", getHealth());
  describeApi(app, platform.publicUrl);
  // Pages open whatever the state of the database, and cost a visitor nothing of its rate.
  if (deps.site.size > 0)
    app.use(
      serveSite(
        deps.site,
        () => app.routes.filter(({ method }) => method !== "ALL").map(({ path }) => path),
        createLinkPreviews(deps),
      ),
    );

  app.use("/ipfs/*", takeTurns(deps.storage.getRange ? turns.ownDisk : turns.remote));
  app.use(
    limitRate(limiter, platform, "network"),
    // Uploads have bounds of their own. The time limit ends with an answer's head: streams go on.
    except("/uploads/*", bodyLimit({ maxSize: limits.bodyBytes }), timeout(limits.requestTimeoutMs)),
    resolveSession(deps),
    limitRate(limiter, platform, "wallet"),
  );
  app.route("/", receiveUploads(deps));
  return app;
}

/** The whole HTTP API, without listening. */
export function createApp(deps: Deps) {
  const limiter = createRateLimiter(deps.connection.pool, deps.limits.rates);
  // Paths with a fixed name come before those with {jobId} in the same place.
  return createGuardedApp(deps, limiter)
    .route("/", getReadiness(deps))
    .route("/", getConfig(deps))
    .route("/", getTokenizer(deps))
    .route("/", getTotals(deps))
    .route("/", createNonce(deps))
    .route("/", login(deps))
    .route("/", logout(deps))
    .route("/", getSession())
    .route("/", getUploadStatus(deps))
    .route("/", kindRoutes(deps))
    .route("/", listContributorPool(deps))
    .route("/", getContributor(deps))
    .route("/", openContributorExplorer(deps))
    .route("/", listDrafts(deps))
    .route("/", getDraft(deps))
    .route("/", changeDraft(deps))
    .route("/", noteStake(deps))
    .route("/", deleteDraft(deps))
    .route("/", listJobs(deps))
    .route("/", getJob(deps))
    .route("/", listTimeline(deps))
    .route("/", watchJob(deps))
    .route("/", acceptJob(deps))
    .route("/", getAssignment(deps))
    .route("/", reportProgress(deps))
    .route("/", createAdapterUpload(deps))
    .route("/", getReplay(deps))
    .route("/", getVerification(deps))
    .route("/", getCurves(deps))
    .route("/", listRatings(deps))
    .route("/", rateContributor(deps))
    .route("/", finishJob(deps))
    .route("/", getReceipt(deps))
    .route("/", downloadResult(deps))
    .route("/", downloadAdapter(deps))
    .route("/", tryResult(deps))
    .route("/", getTrial(deps))
    .route("/", listRequests(deps))
    .route("/", listContributions(deps))
    .route("/", getBalance(deps))
    .route("/", createWebhook(deps, limiter))
    .route("/", listWebhooks(deps))
    .route("/", getPushKey(deps))
    .route("/", deleteWebhook(deps))
    .route("/", listWebhookDeliveries(deps))
    .route("/", confirmMail(deps))
    .route("/", unsubscribeMail(deps))
    .route("/", getProfile(deps))
    .route("/", setGpuTier(deps))
    .route("/", getContent(deps));
}

export type AppType = ReturnType<typeof createApp>;

/** Contents that are opened at once: work for this machine, or waiting for another. */
const turns = { ownDisk: 4, remote: 64 };

const tusHeaders = [
  "tus-resumable",
  "upload-length",
  "upload-metadata",
  "upload-offset",
  "upload-expires",
  "upload-defer-length",
];
