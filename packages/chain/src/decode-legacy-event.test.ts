import { type EncodeFunctionDataParameters, encodeFunctionData } from "viem";
import { deployContract } from "viem/actions";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { decodeEvents } from "./decode-event.ts";
import { decodeLegacyEvents } from "./decode-legacy-event.ts";
import { sendCall } from "./escrow-call.ts";
import { legacyAbi, legacyBytecode } from "./generated/predecessor-events.ts";
import { startTestWorld, type TestWorld } from "./testing/test-world.ts";

describe("the predecessor's events", () => {
  let world: TestWorld;
  beforeAll(async () => {
    world = await startTestWorld();
  });
  afterAll(() => world?.stop());

  it("are all read, in our names, and none of them is taken for one of ours", async () => {
    const { signer, wallet, mined, reader } = world;
    const deployment = deployContract(signer(0), {
      abi: legacyAbi,
      bytecode: legacyBytecode,
      account: signer(0).account,
      chain: signer(0).chain,
    });
    const address = (await mined(deployment)).contractAddress!;
    const calls = [
      ["emitJobCreated", [1n, wallet(1), 5n]],
      ["emitJobAccepted", [1n, wallet(2)]],
      ["emitJobFailed", [1n, wallet(2)]],
      ["emitJobCancelled", [1n, wallet(1)]],
      ["emitJobCompleted", [2n, wallet(2), 4n, "model"]],
      ["emitFedJobCreated", [10n, wallet(1), 3, 9n]],
      ["emitFedJobSlotAccepted", [10n, wallet(2), 1]],
      ["emitAdapterSubmitted", [10n, wallet(2), "adapter", 1]],
      ["emitFedJobCompleted", [10n, wallet(1), "merged", 3n]],
    ] as const;
    for (const [functionName, args] of calls) {
      const data = encodeFunctionData({ abi: legacyAbi, functionName, args } as EncodeFunctionDataParameters);
      await mined(sendCall(signer(0), { to: address, data, value: 0n }));
    }

    const logs = await reader.getLogs({ address, fromBlock: 0n });
    expect(decodeEvents(logs)).toEqual([]);
    expect(decodeLegacyEvents(logs)).toMatchObject([
      { name: "JobCreated", jobId: 1n, requester: wallet(1), stakeWei: 5n },
      { name: "JobAccepted", jobId: 1n, contributor: wallet(2) },
      { name: "JobFailed", jobId: 1n, contributor: wallet(2) },
      { name: "JobCancelled", jobId: 1n, requester: wallet(1) },
      { name: "JobCompleted", jobId: 2n, contributor: wallet(2), rewardWei: 4n, resultCid: "model" },
      { name: "FedJobCreated", jobId: 10n, requester: wallet(1), maxContributors: 3, stakeWei: 9n },
      { name: "FedJobSlotAccepted", jobId: 10n, contributor: wallet(2), slot: 1 },
      { name: "AdapterSubmitted", jobId: 10n, contributor: wallet(2), adapterCid: "adapter", submissions: 1 },
      { name: "FedJobCompleted", jobId: 10n, requester: wallet(1), resultCid: "merged", shareWei: 3n },
    ]);
  });
});
