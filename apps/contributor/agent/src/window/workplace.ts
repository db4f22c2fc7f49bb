import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { type Address, TrainChainError, toTrainChainError } from "@trainchain/protocol";
import { delegatePassphrase } from "../escrow/delegate-passphrase.ts";
import type { Agent } from "../jobs/agent.ts";
import type { AgentEvent } from "../jobs/agent-event.ts";
import { createAgent } from "../jobs/create-agent.ts";
import { hasEnded } from "../jobs/job-record.ts";
import type { TrainerSetup } from "../machine/trainer-setup.ts";
import { findSession, keepSession, type Login } from "../platform/session.ts";
import { adoptOrphans } from "./adopt-orphans.ts";
import type { AppOptions } from "./app-options.ts";
import { type TakingOptions, takeByItself } from "./take-by-itself.ts";
import { findWalletKey } from "./wallet-key.ts";

const retryMs = 5_000;
const orphanPollMs = 30_000;
const takePollMs = 5_000;

export interface WorkplaceOptions extends AppOptions {
  wallet: Address;
  trainer: () => TrainerSetup;
  isHeld: () => boolean;
  /** By which rule jobs are taken, where this machine keeps the wallet's key. */
  taking: Pick<TakingOptions, "rule" | "settings" | "onPassedOver">;
  onEvent: (event: AgentEvent) => void;
  onChange: () => void;
}

export type Workplace = ReturnType<typeof createWorkplace>;

/** One wallet's agent in this app: opened as soon as the platform answers, and at work until it is closed. */
export function createWorkplace(options: WorkplaceOptions) {
  const { wallet, onChange, onEvent, isHeld, taking } = options;
  const dir = join(options.dataDir, "wallets", wallet);
  const stopped = new AbortController();
  let agent: Agent | undefined;
  let problem: TrainChainError | undefined;
  let renewal: PromiseWithResolvers<Login> | undefined;
  let hasKey = false;
  let working: Promise<unknown> = Promise.resolve();

  /** The platform has ended the login: whoever needs it waits for the owner. */
  function signIn(): Promise<Login> {
    renewal ??= Promise.withResolvers<Login>();
    onChange();
    return renewal.promise;
  }

  async function open(): Promise<void> {
    const passphrase = await delegatePassphrase(dir, options.passphrase);
    const key = await findWalletKey(dir);
    hasKey = key !== undefined;
    const opened = await createAgent({
      ...options,
      // Read for each job, as the owner may change it.
      get mostBondPercent() {
        return taking.settings().mostBondPercent;
      },
      dataDir: dir,
      wallet: key ?? { type: "browser", address: wallet, signIn },
      passphrase,
      trainer: options.trainer(),
      signal: stopped.signal,
    });
    opened.hold(isHeld());
    opened.subscribe(onEvent);
    agent = opened;
    problem = undefined;
    onChange();
    for (const record of opened.jobs().filter((entry) => !hasEnded(entry)))
      opened.run(record.jobId).catch(() => undefined);
    if (key) {
      const options = { ...taking, isHeld, pollMs: takePollMs };
      working = takeByItself(opened, options, stopped.signal).catch(() => undefined);
    }
    await adoptOrphans(opened);
  }

  /** Slots whose acceptance the app did not live to see are found on the platform. */
  async function lookForOrphans(): Promise<void> {
    for (;;) {
      await pause(orphanPollMs, undefined, { signal: stopped.signal });
      if (agent) await adoptOrphans(agent).catch(() => undefined);
    }
  }

  async function openInTheEnd(): Promise<void> {
    for (;;) {
      try {
        return await open();
      } catch (error) {
        if (stopped.signal.aborted) return;
        problem = toTrainChainError(error);
        onChange();
        if (agent) return;
        await pause(retryMs, undefined, { signal: stopped.signal });
      }
    }
  }

  const opening = openInTheEnd().catch(() => undefined);
  const looking = lookForOrphans().catch(() => undefined);

  return {
    wallet,
    get agent() {
      return agent;
    },
    get signedIn() {
      return renewal === undefined;
    },
    /** Whether this machine keeps the wallet's key, and so signs for it. */
    get hasKey() {
      return hasKey;
    },
    get problem() {
      return problem;
    },
    /** The agent, or why there is none yet. */
    assertOpen(): Agent {
      if (agent) return agent;
      throw (
        problem ??
        new TrainChainError("not-ready", "the wallet's work is still being opened", { fix: "Wait a moment." })
      );
    },
    /** Hands a new login to whatever waits for it. */
    renew(login: Login): void {
      renewal?.resolve(login);
      renewal = undefined;
      onChange();
    },
    async close() {
      stopped.abort(new TrainChainError("conflict", "the app was closed"));
      await Promise.all([opening, looking]);
      await working;
      await agent?.close();
    },
  };
}

/** Keeps a login where the wallet's agent looks for it when it is opened. */
export function keepLogin(options: AppOptions, wallet: Address, login: Login): Promise<void> {
  const { file, ...of } = sessionOf(options, wallet);
  return keepSession(file, { ...of, ...login });
}

/** The login that the wallet's agent has or had last. */
export function findLogin(options: AppOptions, wallet: Address): Promise<Login | undefined> {
  const { file, ...of } = sessionOf(options, wallet);
  return findSession(file, of);
}

function sessionOf({ dataDir, apiUrl }: AppOptions, wallet: Address) {
  return {
    file: join(dataDir, "wallets", wallet, "session.json"),
    apiUrl: apiUrl.replace(/\/+$/, ""),
    wallet,
  };
}
