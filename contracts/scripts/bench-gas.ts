/**
 * `npm run bench -- gas [--json]`: gas of a three-contributor job, measured on a real chain with real calls, beside
 * the public predecessor's figures for the same moves.
 */
import { pathToFileURL } from "node:url";
import {
  acceptJob,
  completeJob,
  localChain,
  type SigningClient,
  signSlotPermit,
  submitAdapter,
  submitAdapterBySig,
} from "@trainchain/chain";
import { startAnvil } from "@trainchain/chain/testing";
import type { Address } from "@trainchain/protocol";
import { createClient, type Hash, http, type LocalAccount } from "viem";
import { mnemonicToAccount } from "viem/accounts";
import { getBlock, waitForTransactionReceipt } from "viem/actions";
import { benchEscrows, submissionOf } from "./bench-escrows.ts";

export interface GasRow {
  call: string;
  gas: number;
  predecessorGas: number;
  ratio: number;
}

const mnemonic = "test test test test test test test test test test test junk";
/** Of the public predecessor contract, for a federated job of three contributors. */
const predecessor = { create: 305_600, accept: 100_500, submit: 109_800, complete: 139_000 };
const shareWei = 10n ** 16n;
const specCid = "bafkreifjjcie6lypi6ny7amxnfftagclbuxndqonfipmb64f2km2devei4";

/**
 * Gas per call of a job after the first: no bond, no fee, wallets that exist, a stake that three divides. With
 * `relayed`, submissions are a delegate's signatures sent by the aggregator. `escrow` "guarded" is the second version
 * with a bond of a tenth of a share, a referee and permits.
 */
export async function measureGas({
  relayed = false,
  escrow: name = "first",
}: {
  relayed?: boolean;
  escrow?: keyof typeof benchEscrows;
} = {}): Promise<GasRow[]> {
  const version = benchEscrows[name];
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
    const escrow = await version.deploy(requester);
    const mined = async (hash: Promise<Hash>) =>
      waitForTransactionReceipt(requester, { hash: await hash, pollingInterval: 10 });

    const { timestamp } = await getBlock(requester);
    const terms = {
      acceptBy: Number(timestamp) + 3 * 86_400,
      aggregator: addressOf(aggregator),
      referee: addressOf(delegate),
      specCid,
      stakeWei: 3n * shareWei,
    };
    // The first job makes the counter, which no later one pays for. The second has number 2.
    await mined(version.open(requester, escrow, terms));
    const created = await mined(version.open(requester, escrow, terms));
    const jobId = 2n;

    const domain = { chainId: localChain.id, escrow };
    const bondWei = version.bondOf(shareWei);
    const accept: bigint[] = [];
    const submit: bigint[] = [];
    for (const contributor of contributors) {
      const call = { escrow, jobId, delegate: addressOf(delegate), bondWei };
      const permitted = { jobId, contributor: addressOf(contributor) };
      const permit = version.permits
        ? await signSlotPermit(requester.account as LocalAccount, domain, permitted)
        : undefined;
      accept.push((await mined(acceptJob(contributor, { ...call, permit }))).gasUsed);
    }
    for (const contributor of contributors) {
      const submission = { jobId, contributor: addressOf(contributor), adapterCid: specCid };
      const typed = submissionOf(version, domain, submission);
      const sent = relayed
        ? submitAdapterBySig(aggregator, {
            escrow,
            ...submission,
            signature: await (delegate.account as LocalAccount).signTypedData(typed),
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

/** The benchmark's output, as tables or as one JSON document. */
export async function benchGas({ json = false } = {}): Promise<string> {
  const tables = [];
  for (const relayed of [false, true]) {
    const first = await measureGas({ relayed });
    const second = await measureGas({ relayed, escrow: "second" });
    const guarded = await measureGas({ relayed, escrow: "guarded" });
    tables.push({ submittedBy: relayed ? "a relay" : "the wallets", first, second, guarded });
  }
  if (json) return JSON.stringify({ bench: "gas", contributors: 3, tables }, null, 2);
  return tables.map((table) => `submitted by ${table.submittedBy}\n${render(table)}`).join("\n\n");
}

/** A line a call: the first version, the second, the second with bond, referee and permits, the predecessor. */
function render({ first, second, guarded }: Record<keyof typeof benchEscrows, GasRow[]>): string {
  const line = (call: string, ...cells: string[]) =>
    `${call.padEnd(12)}${cells.map((cell) => cell.padStart(13)).join("")}`;
  const thousands = (value?: number) => (value ?? Number.NaN).toLocaleString("en");
  return [
    line("call", "gas", "second", "all terms", "predecessor", "ratio"),
    ...first.map(({ call, gas, predecessorGas, ratio }, index) =>
      line(
        call,
        ...[gas, second[index]?.gas, guarded[index]?.gas, predecessorGas].map(thousands),
        ratio.toFixed(3),
      ),
    ),
  ].join("\n");
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  console.log(await benchGas({ json: process.argv.includes("--json") }));
}
