import { join } from "node:path";
import { networks } from "@trainchain/chain";
import { connect } from "@trainchain/db";
import { acceptanceBudgetOf, readModels } from "@trainchain/protocol/node";
import { createKeyRing, createStorage, storageConfigFrom } from "@trainchain/storage";
import { createLogger } from "@trainchain/telemetry";
import type { Logger } from "pino";
import { createPublicClient, http } from "viem";
import type { Deps, Platform } from "./deps.ts";
import type { Env } from "./env.ts";
import { createEscrowSource } from "./jobs/escrow-facts.ts";
import { startJobFeed } from "./jobs/job-feed.ts";
import { defaultLimits } from "./limits.ts";
import { createApiMetrics } from "./monitoring/api-metrics.ts";
import { createPriceSource, noPrice, type PriceSource } from "./price/price-source.ts";
import { findSiteFiles, type SiteFiles } from "./site/site-files.ts";
import { createTokenizers } from "./tokenizers/tokenizers.ts";
import { createUploadStore } from "./uploads/upload-store.ts";

/** Everything that the app needs, made from the settings. `close` gives it all back. */
export async function buildDeps(env: Env): Promise<Deps & { close(): Promise<void> }> {
  const minFreeForAdapters = Math.min(env.MIN_FREE_BYTES, env.MIN_FREE_BYTES_FOR_ADAPTERS);
  const logger = createLogger({ name: "api", level: env.LOG_LEVEL });
  const connection = connect(env.DATABASE_URL);
  const storage = createStorage(storageConfigFrom(env));
  const feed = startJobFeed(connection, logger);
  const uploads = await createUploadStore({
    dir: join(env.DATA_DIR, "uploads"),
    expiryMs: defaultLimits.uploadExpiryMs,
    db: connection.db,
    storage,
  });
  const chain = createPublicClient({ transport: http(env.RPC_URL, { timeout: 10_000 }) });
  return {
    platform: platformOf(env),
    tokenizers: createTokenizers({
      hub: env.HF_ENDPOINT,
      hubToken: env.HF_TOKEN,
      envDir: env.TRAINCHAIN_ENV_DIR,
    }),
    price: priceOf(env, logger),
    limits: {
      ...defaultLimits,
      uploadBytes: env.MAX_UPLOAD_BYTES,
      adapterBytes: env.MAX_ADAPTER_BYTES,
      quota: {
        ...defaultLimits.quota,
        uploads: env.MAX_UNPAID_UPLOADS,
        bytes: env.MAX_UNPAID_BYTES ?? 2 * env.MAX_UPLOAD_BYTES,
      },
      minFreeBytes: {
        ...defaultLimits.minFreeBytes,
        // Datasets leave room for the largest adapter, which lies here twice for a moment: nobody may fill that for nothing.
        dataset: Math.max(env.MIN_FREE_BYTES, minFreeForAdapters + 2 * env.MAX_ADAPTER_BYTES),
        adapter: minFreeForAdapters,
      },
      sessionMs: env.SESSION_HOURS * 3_600_000,
    },
    connection,
    chain,
    escrowFacts: createEscrowSource(chain, env.ESCROW_ADDRESS),
    storage,
    keyRing: createKeyRing(Buffer.from(env.SEALING_SECRET, "hex")),
    uploads,
    feed,
    site: await siteFilesOf(env),
    metrics: createApiMetrics(),
    logger,
    async close() {
      await feed.close();
      await connection.close();
    },
  };
}

/** The site, and where it is served, the contributor app's archives under /app. */
async function siteFilesOf({ WEB_DIR, APP_DIR }: Env): Promise<SiteFiles> {
  if (!WEB_DIR) return new Map();
  const archives = APP_DIR ? await findSiteFiles(APP_DIR, "/app") : [];
  return new Map([...(await findSiteFiles(WEB_DIR)), ...archives]);
}

/** Asked at once, so that the first visitor sees it. */
function priceOf({ PRICE_URL, PRICE_PATH, PRICE_CURRENCY }: Env, logger: Logger): PriceSource {
  if (!PRICE_URL || !PRICE_PATH) return noPrice;
  const source = createPriceSource({ url: PRICE_URL, path: PRICE_PATH, currency: PRICE_CURRENCY }, logger);
  source.current();
  return source;
}

function platformOf(env: Env): Platform {
  const local = /^(localhost|127\.|\[::1\])/.test(new URL(env.RPC_URL).hostname);
  const chain = Object.values(networks).find(({ id }) => id === env.CHAIN_ID);
  return {
    chainId: env.CHAIN_ID,
    chainName: local ? networks.local.name : (chain?.name ?? `chain ${env.CHAIN_ID}`),
    // RPC_URL may carry the operator's key: it is shown only where it leads to this machine.
    rpcUrl: env.PUBLIC_RPC_URL ?? (local ? env.RPC_URL : (chain?.rpcUrls.default.http[0] ?? "")),
    explorerUrl: env.EXPLORER_URL ?? (local ? null : explorerOf(env.CHAIN_ID)),
    escrow: env.ESCROW_ADDRESS,
    aggregator: env.AGGREGATOR_ADDRESS,
    referee: env.REFEREE_ADDRESS,
    publicUrl: env.PUBLIC_URL,
    contactEmail: env.CONTACT_EMAIL ?? null,
    sourceUrl: env.SOURCE_URL ?? null,
    fundingUrl: env.FUNDING_URL ?? null,
    leastShareWei: env.LEAST_SHARE_POL,
    webOrigins: env.WEB_ORIGINS,
    trustProxy: env.TRUST_PROXY,
    unpaidMs: env.UNPAID_DAYS * 86_400_000,
    relayContractSigners: env.RELAY_CONTRACT_SIGNERS,
    acceptances: acceptanceBudgetOf(env),
    allowPrivateWebhooks: env.ALLOW_PRIVATE_WEBHOOKS,
    models: readModels(env.MODELS_FILE),
  };
}

function explorerOf(chainId: number): string | null {
  const chain = [networks.amoy, networks.polygon].find(({ id }) => id === chainId);
  return chain?.blockExplorers.default.url ?? null;
}
