import { adapterAccess } from "../kinds/adapters/testing/access-rows.ts";
import { embeddingAccess } from "../kinds/embedding-finetune/testing/access-rows.ts";
import { imageAccess } from "../kinds/image-classification/testing/access-rows.ts";
import { llmAccess } from "../kinds/llm-finetune/testing/access-rows.ts";
import {
  anyWalletBadInput,
  contributorOnly,
  everybody,
  open,
  own,
  type Row,
  requesterOnly,
  signedIn,
} from "./access-rows.ts";
import { type AccessWorld, knownContributor } from "./access-world.ts";
import { step } from "./messages.ts";

const tus = { "tus-resumable": "1.0.0" };

/** Who may call what: one row a route. A route without a row fails the tests, and so does an answer that differs. */
export const accessTable: Record<string, Row> = {
  "GET /healthz": open("/healthz"),
  "GET /readyz": open("/readyz"),
  "GET /config": open("/config"),
  "GET /jobs": open("/jobs"),
  "GET /jobs/contributor-pool": open("/jobs/contributor-pool"),
  "GET /jobs/contributor-pool/{profileId}": {
    call: async (things) => ({ path: `/jobs/contributor-pool/${await knownContributor(things)}` }),
    answers: everybody,
  },
  "GET /jobs/contributor-pool/{profileId}/explorer": {
    call: async (things) => ({ path: `/jobs/contributor-pool/${await knownContributor(things)}/explorer` }),
    answers: [302, 302, 302, 302, 302],
  },
  "GET /tokenizer": open("/tokenizer?model=toy-model"),
  "GET /totals": open("/totals"),
  "GET /jobs/{jobId}": { call: ({ jobId }) => ({ path: `/jobs/${jobId}` }), answers: everybody },
  "GET /jobs/{jobId}/timeline": {
    call: ({ jobId }) => ({ path: `/jobs/${jobId}/timeline` }),
    answers: everybody,
  },
  "GET /jobs/{jobId}/events": {
    call: ({ jobId }) => ({ path: `/jobs/${jobId}/events` }),
    answers: everybody,
  },
  "GET /jobs/{jobId}/receipt": {
    call: ({ closed }) => ({ path: `/jobs/${closed}/receipt` }),
    answers: everybody,
  },
  "GET /jobs/{jobId}/ratings": {
    call: ({ jobId }) => ({ path: `/jobs/${jobId}/ratings` }),
    answers: everybody,
  },
  "POST /jobs/{jobId}/ratings": {
    call: ({ closed }) => ({
      path: `/jobs/${closed}/ratings`,
      // An honest signature is tested with the ratings; here, who may try at all.
      json: { slot: 0, stars: 5, signature: `0x${"00".repeat(65)}` },
    }),
    answers: [401, 404, 400, 404, 404],
  },
  "POST /jobs/{jobId}/finish": {
    call: ({ waiting }) => ({ path: `/jobs/${waiting}/finish` }),
    answers: [401, 404, 202, 404, 404],
  },
  "GET /ipfs/{cid}": { call: ({ cid }) => ({ path: `/ipfs/${cid}` }), answers: everybody },

  "POST /auth/nonce": open("/auth/nonce"),
  "POST /auth/login": {
    call: () => ({ path: "/auth/login", json: { message: "not a sign-in", signature: "0x00" } }),
    answers: [401, 401, 401, 401, 401],
  },
  "POST /auth/logout": { call: () => ({ path: "/auth/logout" }), answers: [401, 204, 204, 204, 204] },
  "GET /auth/session": own("/auth/session"),

  "GET /me/requests": own("/me/requests"),
  "GET /me/contributions": own("/me/contributions"),
  "GET /me/balance": own("/me/balance"),
  "GET /me/webhooks": own("/me/webhooks"),
  "GET /me/push-key": own("/me/push-key"),
  "POST /me/webhooks": {
    call: async ({ forgetWebhooks }) => {
      await forgetWebhooks();
      return { path: "/me/webhooks", json: { url: "https://example.org/notices" } };
    },
    answers: [401, 201, 201, 201, 201],
  },
  "DELETE /me/webhooks/{id}": {
    call: async ({ webhook }) => ({ path: `/me/webhooks/${await webhook()}` }),
    answers: [401, 404, 204, 404, 404],
  },
  "GET /me/webhooks/{id}/deliveries": {
    call: async ({ webhook }) => ({ path: `/me/webhooks/${await webhook()}/deliveries` }),
    answers: requesterOnly,
  },
  ...Object.fromEntries(
    (["confirm", "unsubscribe"] as const).flatMap((action) =>
      ["GET", "POST"].map((method) => [
        `${method} /mail/{id}/${action}`,
        {
          call: async ({ mailLink }: AccessWorld) => ({ path: await mailLink(action) }),
          answers: everybody,
        },
      ]),
    ),
  ),
  "GET /profile": own("/profile"),
  "PUT /profile/gpu-tier": {
    call: () => ({ path: "/profile/gpu-tier", json: { gpuTier: "No GPU / CPU only" } }),
    answers: signedIn,
  },

  "POST /uploads": {
    call: () => ({
      path: "/uploads",
      headers: {
        ...tus,
        "upload-length": "4",
        "upload-metadata": `filename ${btoa("none.jsonl")},purpose ${btoa("dataset")}`,
      },
    }),
    answers: [401, 201, 201, 201, 201],
  },
  "HEAD /uploads/{id}": {
    call: async ({ begunUpload }) => ({ path: `/uploads/${await begunUpload()}`, headers: tus }),
    answers: requesterOnly,
  },
  "PATCH /uploads/{id}": {
    call: async ({ begunUpload }) => ({
      path: `/uploads/${await begunUpload()}`,
      headers: { ...tus, "upload-offset": "0", "content-type": "application/offset+octet-stream" },
      body: "rows",
    }),
    answers: [401, 404, 204, 404, 404],
  },
  "DELETE /uploads/{id}": {
    call: async ({ begunUpload }) => ({ path: `/uploads/${await begunUpload()}`, headers: tus }),
    answers: [401, 404, 204, 404, 404],
  },
  "GET /uploads-status/{id}": {
    call: async ({ finishedUpload }) => ({ path: `/uploads-status/${await finishedUpload()}` }),
    answers: requesterOnly,
  },

  "GET /drafts": own("/drafts"),
  "GET /drafts/{id}": {
    call: async ({ draft }) => ({ path: `/drafts/${await draft()}` }),
    answers: requesterOnly,
  },
  "PATCH /drafts/{id}": {
    call: async ({ draft }) => ({ path: `/drafts/${await draft()}`, json: { title: "Good manners" } }),
    answers: [401, 404, 200, 404, 404],
  },
  "PUT /drafts/{id}/stake": {
    call: async ({ draft }) => ({
      path: `/drafts/${await draft()}/stake`,
      json: { transaction: `0x${"00".repeat(32)}`, nonce: 0 },
    }),
    answers: [401, 404, 204, 404, 404],
  },
  "DELETE /drafts/{id}": {
    call: async ({ draft }) => ({ path: `/drafts/${await draft()}` }),
    answers: [401, 404, 204, 404, 404],
  },
  "GET /jobs/{jobId}/result": {
    call: ({ closed }) => ({ path: `/jobs/${closed}/result` }),
    answers: requesterOnly,
  },

  "GET /jobs/{jobId}/adapters/{slot}": {
    call: ({ closed }) => ({ path: `/jobs/${closed}/adapters/0` }),
    answers: requesterOnly,
  },

  "POST /jobs/{jobId}/trials": {
    call: async ({ closed, forgetTrials }) => {
      await forgetTrials();
      return { path: `/jobs/${closed}/trials`, json: { prompt: "Name three colours." } };
    },
    answers: [401, 404, 202, 404, 404],
  },
  "GET /jobs/{jobId}/trials/{trialId}": {
    call: async ({ closed, trial }) => ({ path: `/jobs/${closed}/trials/${await trial()}` }),
    answers: requesterOnly,
  },

  "POST /jobs/{jobId}/accept": {
    call: ({ jobId }) => ({ path: `/jobs/${jobId}/accept`, json: {} }),
    answers: anyWalletBadInput,
  },
  "GET /jobs/{jobId}/assignment": {
    call: ({ jobId }) => ({ path: `/jobs/${jobId}/assignment` }),
    answers: contributorOnly,
  },
  "POST /jobs/{jobId}/progress": {
    call: ({ jobId }) => ({
      path: `/jobs/${jobId}/progress`,
      json: step,
    }),
    answers: [401, 404, 404, 204, 404],
  },
  "POST /jobs/{jobId}/adapter-upload": {
    call: ({ jobId }) => ({ path: `/jobs/${jobId}/adapter-upload` }),
    answers: contributorOnly,
  },
  "GET /jobs/{jobId}/replay": {
    call: ({ jobId }) => ({ path: `/jobs/${jobId}/replay` }),
    answers: contributorOnly,
  },
  "GET /jobs/{jobId}/curves": {
    call: ({ jobId }) => ({ path: `/jobs/${jobId}/curves` }),
    answers: [401, 404, 200, 200, 404],
  },
  "GET /jobs/{jobId}/verification": {
    call: ({ jobId }) => ({ path: `/jobs/${jobId}/verification` }),
    answers: [401, 404, 200, 200, 404],
  },

  ...llmAccess,
  ...adapterAccess,
  ...imageAccess,
  ...embeddingAccess,
};
