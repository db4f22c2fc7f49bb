import { blobSource } from "@trainchain/api-client";
import {
  encodeAcceptJob,
  findEscrowVersion,
  getJob,
  getSlot,
  localChain,
  signSubmission,
} from "@trainchain/chain";
import type { AdaptedModule } from "@trainchain/lora";
import type { Address, ContributionView, DraftView, JobStatus, JobView } from "@trainchain/protocol";
import { sendRequest, signDraft, untilListed } from "@trainchain/requester";
import { seal } from "@trainchain/storage";
import { roles, waitFor } from "@trainchain/testing";
import { type LocalWorld, localChainId } from "@trainchain/testing/local-world";
import { toyAdapter } from "@trainchain/testing/toy-adapters";
import { createPublicClient, createTestClient, http, type LocalAccount, zeroAddress } from "viem";
import { openLedger } from "./ledger.ts";
import { meetContract, meetPerson, type Person } from "./people.ts";
import { trainchain } from "./trainchain.ts";

/** Contributors train, also beside other work. */
const patience = { timeoutMs: 300_000 };
/** At this rate a few steps go as far as the toy adapters lie from their start. */
const lora = { rank: 4, seed: 7, learningRate: 0.02 } as const;

const hour = 3_600;

/** What a job's tests choose; every period is an hour, and there are three days to accept. */
export interface JobRequest {
  contributors: number;
  minContributors: number;
  rewardWei: bigint;
  bondWei?: bigint;
  permitOnly?: boolean;
  /** Where work is really trained, a rate that it bears. */
  learningRate?: number;
}

async function findContribution(jobId: bigint, { api }: Person): Promise<ContributionView | undefined> {
  const { items } = await api.listMyContributions({ limit: 100 });
  return items.find((item) => item.jobId === jobId.toString());
}

/** A platform whose people are played, wherever its processes run. */
export type PlayedPlatform = Pick<LocalWorld, "apiUrl" | "rpcUrl" | "escrow">;

export interface BaseModel {
  /** Path of its folder. */
  path: string;
  /** The layers that its adapters change. */
  modules: readonly AdaptedModule[];
}

/**
 * What people do on a platform, from the request to the payment, but for the training: adapters are made of the job's
 * start and noise. The test moves the chain's clock forward.
 */
export async function createJobMoves(platform: PlayedPlatform, model: BaseModel) {
  const { escrow, rpcUrl } = platform;
  const transport = http(rpcUrl);
  const chain = createPublicClient({ chain: localChain, transport, pollingInterval: 20 });
  const clock = createTestClient({ mode: "anvil", chain: localChain, transport });
  const person = (index: number) => meetPerson(platform, chain, index);
  const requester = await person(roles.requester);
  const deployer = await person(roles.deployer);
  const version = await findEscrowVersion(chain, escrow);
  const domain = { chainId: localChainId, escrow, version };
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
    escrow,
    version,
    chain,
    requester,
    person,
    untilShown,
    /** The wallet of a contract that a test key owns. */
    contract: (index: number, wallet: Address) => meetContract(platform, chain, index, wallet),
    openLedger: <Name extends string>(people: Record<Name, Person>) => {
      const wallets = Object.entries<Person>({ ...people, feeReceiver: deployer });
      const named = Object.fromEntries(wallets.map(([name, { wallet }]) => [name, wallet]));
      return openLedger(chain, named as Record<Name | "feeReceiver", Address>);
    },
    trainchain: (wallet: number, ...args: string[]) => trainchain(platform.apiUrl, wallet, args),
    untilStatus: (jobId: bigint, status: JobStatus) =>
      untilShown(jobId, status, (job) => job.status === status),

    /** Mines a block `seconds` later than the last one: the only way in which time passes here. */
    async travel(seconds: number): Promise<void> {
      await clock.increaseTime({ seconds });
      await clock.mine({ blocks: 1 });
    },

    mine: (blocks: number) => clock.mine({ blocks }),

    /** Uploads a dataset, has it prepared, signs its terms, and waits until the job is listed. */
    async openJob(request: JobRequest): Promise<bigint> {
      return this.listDraft(await this.requestDraft(request));
    },

    /** Uploads a dataset and asks for a job; returns its draft, which the worker then prepares. `onceUploaded` comes between. */
    async requestDraft(
      { bondWei = 0n, rewardWei, ...slots }: JobRequest,
      onceUploaded: () => Promise<void> = async () => undefined,
    ): Promise<string> {
      const { api } = requester;
      const { id } = await sendRequest(api, blobSource(new Blob([dataset]), "rows.jsonl"), {
        wallet: requester.wallet,
        async create(uploadId) {
          await onceUploaded();
          return api.requestJob("llm-finetune", {
            ...{ ...lora, ...slots, uploadId },
            model: model.path,
            rewardWei: rewardWei.toString(),
            bondWei: bondWei.toString(),
            acceptWithinSeconds: 72 * hour,
            trainingPeriodSeconds: hour,
            reviewPeriodSeconds: hour,
          });
        },
      });
      return id;
    },

    /** Signs what was shown of a prepared draft. */
    openAsShown: (shown: DraftView, hooks?: Parameters<typeof signDraft>[2]) =>
      signDraft({ api: requester.api, escrow, reader: chain, signer: requester.signer }, shown, hooks),

    /** Waits for a draft's terms, signs them, and waits until the job is listed; `onceSigned` comes between. */
    async listDraft(id: string, onceSigned: () => Promise<void> = async () => undefined): Promise<bigint> {
      const { api } = requester;
      const signal = AbortSignal.timeout(patience.timeoutMs);
      const draft = await api.waitForDraft(id, { intervalMs: 50, signal });
      const opened = await this.openAsShown(draft);
      await onceSigned();
      await untilListed(api, opened);
      return opened.jobId;
    },

    /** Takes a slot, with the bond that the job asks for. */
    async accept(
      jobId: bigint,
      { api, send }: Person,
      delegate: Address = zeroAddress,
      permit?: `0x${string}`,
    ) {
      const { terms } = await api.getJob(jobId);
      return send(encodeAcceptJob({ escrow, jobId, delegate, bondWei: BigInt(terms.bondWei), permit }));
    },

    /**
     * Makes an adapter, seals it to the contributor's slot and uploads it, as an agent does; returns its CID. From the
     * start of another seed than the job's it is refused.
     */
    async uploadAdapter(jobId: bigint, { api }: Person, jobSeed: number = lora.seed): Promise<string> {
      const { adapter } = await waitFor("the assignment", () => api.getAssignment(jobId), patience);
      adapters += 1;
      const bytes = toyAdapter({
        ...{ jobSeed, rank: lora.rank, noiseSeed: adapters },
        modules: model.modules,
      });
      const sealed = await new Response(await seal(bytes, adapter.recipient)).blob();
      return api.uploadAdapter(jobId, blobSource(sealed, "adapter.age"));
    },

    /** A submission's signature by the wallet's key or its delegate's. */
    sign: (
      jobId: bigint,
      { wallet }: Person,
      adapterCid: string,
      signer: Pick<LocalAccount, "signTypedData">,
    ) => signSubmission(signer, domain, { jobId, contributor: wallet, adapterCid }),

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
  };
}

const dataset = Array.from({ length: 60 }, (_, row) =>
  JSON.stringify({ instruction: `Double ${row}.`, input: "", output: `${2 * row}` }),
).join("\n");
