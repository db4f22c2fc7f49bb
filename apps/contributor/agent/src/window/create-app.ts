import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import {
  type Address,
  type AppEvent,
  type AppSettings,
  type AppState,
  type JobView,
  type MachineFit,
  TrainChainError,
  type TrainingPoint,
} from "@trainchain/protocol";
import type { Agent } from "../jobs/agent.ts";
import type { AgentEvent } from "../jobs/agent-event.ts";
import { createEnvironment } from "../machine/environment.ts";
import { fitOf, seeMachine } from "../machine/fit.ts";
import { createLimits } from "../machine/limits.ts";
import { setStartAtLogin } from "../machine/login-item.ts";
import { createLoadMeter } from "../machine/machine-load.ts";
import { endLogin } from "../platform/api.ts";
import { createWalletLogin } from "../platform/wallet-login.ts";
import { readMemory, setWallet, writeMemory } from "./app-memory.ts";
import type { AppOptions } from "./app-options.ts";
import { appStateOf } from "./app-state.ts";
import { createPlatform } from "./platform.ts";
import { createPreflights } from "./preflights.ts";
import { stopGreedyTrainer } from "./stop-greedy-trainer.ts";
import { createTaking } from "./taking.ts";
import { toPoint } from "./training-points.ts";
import { dropWalletKey } from "./wallet-key.ts";
import { createWorkplace, findLogin, keepLogin, type Workplace } from "./workplace.ts";

const sampleMs = 5_000;
/** State is sent whole; more often than this nobody can read it. */
const announceMs = 150;
const logLinesKept = 400;
const maxCrashes = 5;
/** Whoever uses the machine comes first. */
const niceness = 5;

export type ContributorApp = Awaited<ReturnType<typeof createApp>>;

/** The contributor app without its window: environment, one wallet's agent, limits, and what the screens are told. */
export async function createApp(options: AppOptions) {
  const stopped = new AbortController();
  const memory = await readMemory(options.dataDir);
  const listeners = new Set<(event: AppEvent) => void>();
  const environmentLog: string[] = [];
  const preflights = createPreflights(announce);
  const latest = new Map<string, TrainingPoint>();
  const limits = createLimits();
  const login = createWalletLogin({ apiUrl: options.apiUrl, signal: stopped.signal });
  const platform = createPlatform(options.apiUrl, stopped.signal, announce);
  let workplace: Workplace | undefined;
  let held: string | null = null;
  let announcing: NodeJS.Timeout | undefined;

  const environment = createEnvironment({
    ...options,
    onChange: () => {
      applyLimits();
      announce();
    },
    onLog(line) {
      environmentLog.push(line);
      if (environmentLog.length > logLinesKept) environmentLog.shift();
      emit({ type: "log", source: "environment", line });
    },
  });

  function emit(event: AppEvent): void {
    for (const listener of listeners) listener(event);
  }

  function announce(): void {
    announcing ??= setTimeout(() => {
      announcing = undefined;
      emit({ type: "state", state: state() });
    }, announceMs);
  }

  function trainerSetup() {
    const { device, cores, hours } = memory.settings;
    const limits = { device, cores: cores ?? undefined, hours, niceness, maxCrashes };
    return { envDir: options.envDir, scriptDir: options.trainerDir, modelDirs: options.modelDirs, ...limits };
  }

  function applyLimits(): void {
    held = limits.whyHeld(memory.settings, environment.state, new Date());
    workplace?.agent?.hold(held !== null);
  }

  function onAgentEvent(event: AgentEvent): void {
    if (event.type === "trainer") {
      const point = toPoint(event.event);
      if (!point) return;
      latest.set(event.jobId, point);
      emit({ type: "point", jobId: event.jobId, point });
    }
    if (event.type === "log") emit({ type: "log", source: event.jobId, line: event.line });
    if (event.type === "state") taking.stopAfter(event.record);
    announce();
  }

  const state = (): AppState =>
    appStateOf({
      options,
      platform,
      environment: environment.state,
      workplace,
      settings: memory.settings,
      taking: memory.taking,
      held,
      latest,
      preflights: preflights.states(),
      load: limits.load,
    });

  function openWorkplace(wallet: Address): void {
    workplace = createWorkplace({
      ...options,
      wallet,
      trainer: trainerSetup,
      isHeld: () => held !== null,
      taking: {
        rule: () => memory.taking.rule,
        settings: () => memory.settings,
        onPassedOver: (jobId, why) => emit({ type: "log", source: jobId, line: `Passed over. ${why}` }),
      },
      onEvent: onAgentEvent,
      onChange: announce,
    });
    announce();
  }

  async function closeWorkplace(): Promise<void> {
    const closing = workplace;
    workplace = undefined;
    preflights.clear();
    latest.clear();
    await closing?.close();
    announce();
  }

  async function watchMachine(): Promise<void> {
    const sample = createLoadMeter();
    for (;;) {
      await pause(sampleMs, undefined, { signal: stopped.signal });
      const measured = await sample();
      limits.note(measured);
      applyLimits();
      const agent = workplace?.agent;
      if (agent) stopGreedyTrainer(agent, memory.settings.memoryGb, measured.ours?.memoryBytes ?? 0);
      announce();
    }
  }

  function assertAgent(): Agent {
    if (workplace) return workplace.assertOpen();
    throw new TrainChainError("not-signed-in", "no wallet is signed in", { fix: "Connect a wallet." });
  }

  const dirOf = (wallet: string) => join(options.dataDir, "wallets", wallet);
  const walletDir = () => dirOf(assertAgent().wallet);
  const save = () => writeMemory(options.dataDir, memory);
  const taking = createTaking({
    memory,
    save,
    atWork() {
      const wallet = assertAgent().wallet as Address;
      return { wallet, dir: dirOf(wallet), hasKey: workplace?.hasKey ?? false };
    },
    async reopen(wallet) {
      await closeWorkplace();
      openWorkplace(wallet);
    },
  });

  /** What one wallet allowed, and a key of it that is kept here, does not count for another. */
  async function workFor(wallet: Address | null): Promise<void> {
    if (memory.wallet && memory.wallet !== wallet) await dropWalletKey(dirOf(memory.wallet));
    setWallet(memory, wallet);
    await save();
  }

  environment.start();
  const background = Promise.allSettled([platform.follow(), watchMachine()]);
  if (memory.wallet) openWorkplace(memory.wallet as Address);

  return {
    state,
    environment,
    environmentLog: () => [...environmentLog],
    assertAgent,
    /** Deletes the environment and sets it up again; not while a training uses it. */
    resetEnvironment(): void {
      const agent = workplace?.agent;
      if (agent?.jobs().some(({ jobId }) => agent.placeOf(jobId) === 0))
        throw new TrainChainError("conflict", "a job uses the environment now", {
          fix: "Pause the job first.",
        });
      environment.reset();
    },
    askSignIn: login.ask,
    async signIn(signature: string): Promise<void> {
      const { wallet, login: fresh } = await login.answer(signature);
      await keepLogin(options, wallet, fresh);
      if (workplace && workplace.wallet !== wallet) await closeWorkplace();
      await workFor(wallet);
      if (workplace) workplace.renew(fresh);
      else openWorkplace(wallet);
    },
    /** Ends the work here and the login at the platform; unfinished jobs wait for the next sign-in. */
    async signOut(): Promise<void> {
      // Before anything: another login may be kept in its place by the time that this one is ended.
      const ended = workplace && (await findLogin(options, workplace.wallet));
      await workFor(null);
      await closeWorkplace();
      if (ended) await endLogin(options.apiUrl, ended, stopped.signal);
    },
    async changeSettings(settings: AppSettings): Promise<void> {
      if (settings.startAtLogin !== memory.settings.startAtLogin)
        await setStartAtLogin(settings.startAtLogin, options.command);
      memory.settings = settings;
      await save();
      workplace?.agent?.configure(trainerSetup());
      applyLimits();
      announce();
    },
    takeByItself: taking.begin,
    stopTaking: taking.end,
    /** Starts checking the machine against a job; the report comes with the state. */
    startPreflight(jobId: string, measureAgain: boolean): void {
      const agent = assertAgent();
      if (environment.state.status !== "ready")
        throw new TrainChainError("not-ready", "the training environment is not set up yet", {
          fix: "Wait until it is ready.",
        });
      preflights.start(agent, jobId, measureAgain);
    },
    walletDir,
    /** Tells of jobs, by what is known of this machine now, whether it could do them and how fast. */
    async seeFit(): Promise<(job: JobView) => Promise<MachineFit | null>> {
      const machine = await seeMachine(walletDir());
      const { device: wanted } = memory.settings;
      const { state } = environment;
      const device = wanted === "auto" && state.status === "ready" ? state.device : wanted;
      const listModels = async () => platform.config?.models ?? [];
      return (job) => fitOf(machine, job, { device, listModels });
    },
    subscribe(listener: (event: AppEvent) => void) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    /** Stops everything; a trainer writes a checkpoint first. */
    async close(): Promise<void> {
      stopped.abort(new TrainChainError("conflict", "the app was closed"));
      clearTimeout(announcing);
      await Promise.all([environment.close(), workplace?.close(), background]);
    },
  };
}
