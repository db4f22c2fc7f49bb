import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { blobSource } from "@trainchain/api-client";
import {
  encodeAcceptJob,
  encodeCreateJob,
  findCreatedJobId,
  getJob,
  getSlot,
  localChain,
  signSubmission,
} from "@trainchain/chain";
import type { Address, ContributionView, JobStatus, JobView } from "@trainchain/protocol";
import { seal } from "@trainchain/storage";
import { roles, waitFor } from "@trainchain/testing";
import { type LocalWorldOptions, localChainId, startLocalWorld } from "@trainchain/testing/local-world";
import { toyAdapter, writeToyModel } from "@trainchain/testing/toy-adapters";
import { createPublicClient, createTestClient, http, type LocalAccount, zeroAddress } from "viem";
import { followAgain } from "./follow-again.ts";
import { openLedger } from "./ledger.ts";
import { meetContract, meetPerson, type Person } from "./people.ts";
import { trainchain } from "./trainchain.ts";

/** The escrow's fee: 5 %. */
const feeBps = 500;
const patience = { timeoutMs: 60_000 };
const lora = { rank: 4, seed: 7 } as const;

export const hour = 3_600;

/** What a job's tests choose; every period is an hour, and there are three days to accept. */
export interface JobRequest {
  contributors: number;
  minContributors: number;
  rewardWei: bigint;
  bondWei?: bigint;
}

async function findContribution(jobId: bigint, { api }: Person): Promise<ContributionView | undefined> {
  const { items } = await api.listMyContributions({ limit: 100 });
  return items.find((item) => item.jobId === jobId.toString());
}

/** A whole local TrainChain, whose clock the test moves forward, and whose jobs train nothing. */
export async function startJobWorld({ env, nodeUrl }: Pick<LocalWorldOptions, "env" | "nodeUrl"> = {}) {
  const dataDir = await mkdtemp(join(tmpdir(), "trainchain-moves-"));
  const model = join(dataDir, "toy-model");
  await mkdir(model);
  await writeToyModel(model);
  const world = await startLocalWorld({
    dataDir,
    models: [model],
    feeBps,
    ...(nodeUrl ? { nodeUrl } : {}),
    env: {
      api: { ...env?.api },
      indexer: { POLL_INTERVAL_MS: "100", ...env?.indexer },
      worker: { DEADLINE_CHECK_MS: "300", ...env?.worker },
    },
  });
  const { escrow, rpcUrl } = world;
  const transport = http(rpcUrl);
  const chain = createPublicClient({ chain: localChain, transport, pollingInterval: 20 });
  const clock = createTestClient({ mode: "anvil", chain: localChain, transport });
  const person = (index: number) => meetPerson(world, chain, index);
  const requester = await person(roles.requester);
  const deployer = await person(roles.deployer);
  let adapters = 0;

  const slotOf = (jobId: bigint, { wallet }: Person) =>
    getSlot(chain, { escrow, jobId, contributor: wallet });

  /** Waits until the API shows the job as the test describes it. */
  const untilShown = (jobId: bigint, what: string, shows: (job: JobView) => boolean): Promise<JobView> =>
    waitFor(
      `job ${jobId} to show ${what}`,
      async () => {
        const job = await requester.api.getJob(jobId);
        return shows(job) && job;
      },
      patience,
    );

  return {
    /** The processes under it, for tests that kill them. */
    local: world,
    escrow,
    chain,
    requester,
    person,
    untilShown,
    /** The wallet of a contract that a test key owns. */
    contract: (index: number, wallet: Address) => meetContract(world, chain, index, wallet),
    openLedger: <Name extends string>(people: Record<Name, Person>) => {
      const wallets = Object.entries<Person>({ ...people, feeReceiver: deployer });
      const named = Object.fromEntries(wallets.map(([name, { wallet }]) => [name, wallet]));
      return openLedger(chain, named as Record<Name | "feeReceiver", Address>);
    },
    trainchain: (wallet: number, ...args: string[]) => trainchain(world.apiUrl, wallet, args),
    untilStatus: (jobId: bigint, status: JobStatus) =>
      untilShown(jobId, status, (job) => job.status === status),

    /** Does something while the platform's worker, and with it the aggregator, is down. */
    async withoutWorker(work: () => Promise<void>): Promise<void> {
      await world.worker.stop();
      await work().finally(() => world.restart("worker"));
    },

    /** Mines a block `seconds` later than the last one: the only way in which time passes here. */
    async travel(seconds: number): Promise<void> {
      await clock.increaseTime({ seconds });
      await clock.mine({ blocks: 1 });
    },

    mine: (blocks: number) => clock.mine({ blocks }),

    /** Uploads a dataset, has it prepared, signs its terms, and waits until the job is listed. */
    async openJob(request: JobRequest): Promise<bigint> {
      return this.listDraft(await this.requestDraft(request), request);
    },

    /** Uploads a dataset and asks for a job; returns its draft, which the worker then prepares. `onceUploaded` comes between. */
    async requestDraft(
      { bondWei = 0n, rewardWei, ...slots }: JobRequest,
      onceUploaded: () => Promise<void> = async () => undefined,
    ): Promise<string> {
      const { api } = requester;
      const upload = await api.createUpload(blobSource(new Blob([dataset]), "rows.jsonl"));
      await onceUploaded();
      const { id } = await api.createLlmFinetune({
        ...slots,
        ...lora,
        uploadId: upload.id,
        model,
        rewardWei: rewardWei.toString(),
        bondWei: bondWei.toString(),
        acceptWithinSeconds: 72 * hour,
        trainingPeriodSeconds: hour,
        reviewPeriodSeconds: hour,
      });
      return id;
    },

    /** Waits for a draft's terms, signs them, and waits until the job is listed; `onceSigned` comes between. */
    async listDraft(
      id: string,
      { bondWei = 0n, rewardWei }: JobRequest,
      onceSigned: () => Promise<void> = async () => undefined,
    ): Promise<bigint> {
      const { api } = requester;
      const { terms } = await api.waitForDraft(id, {
        intervalMs: 50,
        signal: AbortSignal.timeout(patience.timeoutMs),
      });
      if (!terms) throw new Error(`the draft ${id} is ready and has no terms`);
      const signed = { ...terms, aggregator: terms.aggregator as Address, bondWei };
      const receipt = await requester.send(encodeCreateJob({ escrow, terms: signed, stakeWei: rewardWei }));
      const jobId = findCreatedJobId(receipt);
      if (jobId === undefined) throw new Error("createJob emitted no JobCreated");
      await onceSigned();
      await waitFor(
        `job ${jobId} to be listed`,
        async () => (await api.getDraft(id)).jobId !== null,
        patience,
      );
      return jobId;
    },

    /** Takes a slot, with the bond that the job asks for. */
    async accept(jobId: bigint, { api, send }: Person, delegate: Address = zeroAddress) {
      const { terms } = await api.getJob(jobId);
      return send(encodeAcceptJob({ escrow, jobId, delegate, bondWei: BigInt(terms.bondWei) }));
    },

    /** Makes an adapter, seals it to the contributor's slot and uploads it, as an agent does; returns its CID. */
    async uploadAdapter(jobId: bigint, { api }: Person): Promise<string> {
      const { adapter } = await waitFor("the assignment", () => api.getAssignment(jobId), patience);
      adapters += 1;
      const bytes = toyAdapter({ jobSeed: lora.seed, rank: lora.rank, noiseSeed: adapters });
      const sealed = await new Response(await seal(bytes, adapter.recipient)).blob();
      return api.uploadAdapter(jobId, blobSource(sealed, "adapter.age"));
    },

    /** A submission's signature by the wallet's key or its delegate's. */
    sign: (
      jobId: bigint,
      { wallet }: Person,
      adapterCid: string,
      signer: Pick<LocalAccount, "signTypedData">,
    ) =>
      signSubmission(signer, { chainId: localChainId, escrow }, { jobId, contributor: wallet, adapterCid }),

    /** The whole delivery: trained, sealed, uploaded, signed, and relayed by the platform until it is on chain. */
    async deliver(
      jobId: bigint,
      person: Person,
      signer: Pick<LocalAccount, "signTypedData"> = person.account,
    ) {
      const adapterCid = await this.uploadAdapter(jobId, person);
      const signature = await this.sign(jobId, person, adapterCid, signer);
      await person.api.submitAdapter({ jobId, contributor: person.wallet, adapterCid, signature });
      await this.untilSlot(jobId, person, "submitted");
    },

    /** What the contract itself says, whatever the index knows of it. */
    statusOnChain: async (jobId: bigint) => (await getJob(chain, { escrow, jobId })).status,

    hasDelivered: async (jobId: bigint, person: Person) =>
      (await slotOf(jobId, person)).status === "submitted",

    untilSlot: (jobId: bigint, person: Person, status: string) =>
      waitFor(
        `the slot of ${person.wallet} in job ${jobId} to be ${status}`,
        async () => (await slotOf(jobId, person)).status === status,
        patience,
      ),

    /** What the API tells a contributor of its slot in a job, once the index has caught up with the chain. */
    contribution: (jobId: bigint, person: Person, status: string) =>
      waitFor(
        `the contribution to job ${jobId} to be ${status}`,
        async () => {
          const found = await findContribution(jobId, person);
          return found?.status === status && found;
        },
        patience,
      ),

    /** Why a submission was not relayed, as the API tells its contributor. */
    refusedRelay: (jobId: bigint, person: Person) =>
      waitFor(
        `the relay for ${person.wallet} to be refused`,
        async () => (await findContribution(jobId, person))?.relayError ?? undefined,
        patience,
      ),

    /** Everything derived from the chain, as followed until now and as derived anew; the indexer then stands still. */
    followAgain: async () => followAgain(world, await chain.getBlockNumber({ cacheTime: 0 })),

    /** Waits until the API tells a wallet that this much waits for its `withdraw`. */
    untilBalance: ({ api, wallet }: Person, amountWei: bigint) =>
      waitFor(
        `${amountWei} wei to wait for ${wallet}`,
        async () => (await api.getMyBalance()).withdrawableWei === amountWei.toString(),
        patience,
      ),

    /** The names of a job's events, in order. */
    async timeline(jobId: bigint): Promise<string[]> {
      const { items } = await requester.api.getTimeline(jobId, { limit: 100 });
      return items.map(({ event }) => event);
    },

    async stop() {
      await world.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

export type JobWorld = Awaited<ReturnType<typeof startJobWorld>>;

const dataset = Array.from({ length: 60 }, (_, row) =>
  JSON.stringify({ instruction: `Double ${row}.`, input: "", output: `${2 * row}` }),
).join("\n");
