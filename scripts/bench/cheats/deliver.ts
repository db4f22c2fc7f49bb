import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Replay } from "@trainchain/db/replays";
import type { AdapterJobForWork } from "@trainchain/db/work";
import { adapterContext, boundaryContext } from "@trainchain/protocol";
import { leafOfFile, pathOf } from "@trainchain/protocol/node";
import { roles } from "@trainchain/testing";
import type { Submission } from "../../../apps/worker/src/deliveries/fetch-delivery.ts";
import { storeSealed } from "../../../apps/worker/src/deliveries/seal-file.ts";
import type { WorkerDeps } from "../../../apps/worker/src/deps.ts";
import type { Cheat } from "./kinds.ts";
import { type Market, walletOf } from "./open-market.ts";

/** What a slot delivers: a folder of maker.py's, or something in place of its CID. */
export interface Delivery {
  slot: number;
  folder: string;
  instead?: Cheat["instead"];
}

const hour = 3_600;
let jobs = 0n;

/** The same job under a number of its own, with these deliveries in the order in which they came. */
export async function deliver(
  market: Market,
  { deps, found }: { deps: WorkerDeps; found: AdapterJobForWork },
  deliveries: readonly Delivery[],
): Promise<AdapterJobForWork> {
  const jobId = ++jobs;
  const submissions: Submission[] = [];
  for (const delivery of deliveries) {
    // Any transaction: the draw is from the block that it stands in.
    const from = market.chain.wallet(roles.deployer);
    const transactionHash = await market.chain.client.sendUnsignedTransaction({ from, to: from });
    const { timestamp } = await market.chain.client.getBlock();
    // What is missing counts as never delivered once its time is over.
    const age = delivery.instead ? hour : 0;
    const contributor = walletOf(delivery.slot);
    const adapterCid = await cidOf(deps, found, jobId, delivery);
    submissions.push({
      ...{ escrow: deps.escrow, jobId, contributor, adapterCid, transactionHash, status: "submitted" },
      ...{ submittedAt: new Date(1_000 * (Number(timestamp) - age + submissions.length)), reasonCid: null },
    });
  }
  return { ...found, job: { ...found.job, jobId }, submissions };
}

async function cidOf(
  deps: WorkerDeps,
  found: AdapterJobForWork,
  jobId: bigint,
  { slot, folder, instead }: Delivery,
): Promise<string> {
  if (instead === "no CID") return "paid, please";
  if (instead === "an absent CID") return `bafkrei${"a".repeat(52)}`;
  if (instead === "the CID of other content") return found.prepared.shardAssignments[slot]?.cid ?? "";
  const job = { chainId: deps.chainId, contract: deps.escrow, jobId };
  const context = adapterContext({ ...job, slot, contributor: walletOf(slot) });
  return (await storeSealed(deps, join(folder, "adapter_model.safetensors"), context)).cid;
}

/** Hands over the states that were asked for, as an agent does. */
export async function handOver(deps: WorkerDeps, replay: Replay, { slot, folder }: Delivery): Promise<void> {
  const { escrow, jobId, segments, asked } = replay;
  const fileOf = (boundary: number) => join(folder, "boundaries", `${boundary}.safetensors`);
  if (!existsSync(fileOf(0))) return;
  const leaves: string[] = [];
  for (let boundary = 0; boundary <= segments; boundary++) leaves.push(await leafOfFile(fileOf(boundary)));
  const job = { chainId: deps.chainId, contract: deps.escrow, jobId };
  for (const boundary of asked) {
    const context = boundaryContext({ ...job, slot, contributor: walletOf(slot), boundary });
    const { cid } = await storeSealed(deps, fileOf(boundary), context);
    const path = JSON.stringify(pathOf(leaves, boundary));
    await deps.connection.sql`
      insert into uploads (id, owner, purpose, file_name, size_bytes, finished_at, cid, escrow, job_id, boundary, path)
      values (${randomUUID()}, ${walletOf(slot)}, 'boundary', 'state.age', 1, now(), ${cid}, ${escrow},
        ${jobId.toString()}, ${boundary}, ${path}::jsonb)`;
  }
}
