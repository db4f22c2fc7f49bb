/**
 * `npm run bench -- gas [--json]`: gas of a three-contributor job, measured on a real chain with real calls, beside
 * the public predecessor's figures for the same moves.
 */
import { pathToFileURL } from "node:url";
import {
  acceptJob,
  completeJob,
  createJob,
  deployEscrow,
  findCreatedJobId,
  localChain,
  type SigningClient,
  signSubmission,
  submitAdapter,
  submitAdapterBySig,
} from "@trainchain/chain";
import { startAnvil } from "@trainchain/chain/testing";
import type { Address } from "@trainchain/protocol";
import { createClient, type Hash, http, type LocalAccount } from "viem";
import { mnemonicToAccount } from "viem/accounts";
import { getBlock, waitForTransactionReceipt } from "viem/actions";

export interface GasRow {
  call: string;
  gas: number;
  predecessorGas: number;
  ratio: number;
}

const mnemonic = "test test test test test test test test test test test junk";
/** Of the public predecessor contract, for a federated job of three contributors. */
const predecessor = { create: 305_600, accept: 100_500, submit: 109_800, complete: 139_000 };
const specCid = "bafkreifjjcie6lypi6ny7amxnfftagclbuxndqonfipmb64f2km2devei4";

/**
 * Gas per call of a job after the first: no bond, no fee, wallets that exist, a stake that three divides. With
 * `relayed`, submissions are a delegate's signatures sent by the aggregator.
 */
export async function measureGas({ relayed = false } = {}): Promise<GasRow[]> {
  const anvil = await startAnvil();
  try {
    const signers: SigningClient[] = Array.from({ length: 6 }, (_, addressIndex) =>
      createClient({
        account: mnemonicToAccount(mnemonic, { addressIndex }),
        chain: localChain,
        transport: http(anvil.rpcUrl),
        pollingInterval: 10,
      }),
    );
    const [requester, aggregator, delegate, ...contributors] = signers as [
      SigningClient,
      SigningClient,
      SigningClient,
      ...SigningClient[],
    ];
    const addressOf = (client: SigningClient) => client.account.address.toLowerCase() as Address;
    const { address: escrow } = await deployEscrow(requester, {
      feeBps: 0,
      feeReceiver: addressOf(requester),
    });
    const mined = async (hash: Promise<Hash>) =>
      waitForTransactionReceipt(requester, { hash: await hash, pollingInterval: 10 });

    const { timestamp } = await getBlock(requester);
    const terms = {
      kind: 0,
      minContributors: 3,
      maxContributors: 3,
      acceptBy: Number(timestamp) + 3 * 86_400,
      trainingPeriod: 86_400,
      reviewPeriod: 86_400,
      bondWei: 0n,
      aggregator: addressOf(aggregator),
      specCid,
    };
    // The first job makes the counter, which no later one pays for.
    await mined(createJob(requester, { escrow, terms, stakeWei: 3n * 10n ** 16n }));
    const created = await mined(createJob(requester, { escrow, terms, stakeWei: 3n * 10n ** 16n }));
    const jobId = findCreatedJobId(created);
    if (jobId === undefined) throw new Error("createJob emitted no JobCreated");

    const accept: bigint[] = [];
    const submit: bigint[] = [];
    for (const contributor of contributors) {
      const accepted = acceptJob(contributor, { escrow, jobId, delegate: addressOf(delegate), bondWei: 0n });
      accept.push((await mined(accepted)).gasUsed);
    }
    for (const contributor of contributors) {
      const submission = { jobId, contributor: addressOf(contributor), adapterCid: specCid };
      const sent = relayed
        ? submitAdapterBySig(aggregator, {
            escrow,
            ...submission,
            signature: await signSubmission(
              delegate.account as LocalAccount,
              { chainId: localChain.id, escrow },
              submission,
            ),
          })
        : submitAdapter(contributor, { escrow, ...submission });
      submit.push((await mined(sent)).gasUsed);
    }
    const completed = await mined(
      completeJob(aggregator, {
        escrow,
        jobId,
        resultCid: specCid,
        contributors: contributors.map(addressOf),
      }),
    );

    return rows({ create: [created.gasUsed], accept, submit, complete: [completed.gasUsed] });
  } finally {
    await anvil.stop();
  }
}

function rows(gas: Record<keyof typeof predecessor, bigint[]>): GasRow[] {
  const row = (call: string, ours: number, theirs: number): GasRow => ({
    call,
    gas: ours,
    predecessorGas: theirs,
    ratio: Math.round((ours / theirs) * 1_000) / 1_000,
  });
  const calls = Object.entries(gas).flatMap(([call, measured]) =>
    measured.map((used, index) =>
      row(
        measured.length > 1 ? `${call} ${index + 1}` : call,
        Number(used),
        predecessor[call as keyof typeof predecessor],
      ),
    ),
  );
  const sum = (field: "gas" | "predecessorGas") => calls.reduce((total, call) => total + call[field], 0);
  return [...calls, row("in all", sum("gas"), sum("predecessorGas"))];
}

/** The benchmark's output, as a table or as one JSON document. */
export async function benchGas({ json = false } = {}): Promise<string> {
  const measured = { direct: await measureGas(), relayed: await measureGas({ relayed: true }) };
  if (json) return JSON.stringify({ bench: "gas", contributors: 3, ...measured }, null, 2);
  return Object.entries(measured)
    .map(
      ([name, table]) =>
        `${name === "direct" ? "submitted by the wallets" : "submitted by a relay"}\n${render(table)}`,
    )
    .join("\n\n");
}

function render(table: GasRow[]): string {
  const thousands = (value: number) => value.toLocaleString("en").padStart(12);
  const lines = table.map(
    ({ call, gas, predecessorGas, ratio }) =>
      `${call.padEnd(12)}${thousands(gas)}${thousands(predecessorGas)}${ratio.toFixed(3).padStart(9)}`,
  );
  return [
    `${"call".padEnd(12)}${"gas".padStart(12)}${"predecessor".padStart(12)}${"ratio".padStart(9)}`,
    ...lines,
  ].join("\n");
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  console.log(await benchGas({ json: process.argv.includes("--json") }));
}
