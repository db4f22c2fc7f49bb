import { encodeSubmitAdapter, encodeWithdraw } from "@trainchain/chain";
import { roles, testWallet } from "@trainchain/testing";
import { encodeDeployData, encodeFunctionData, parseAbi, zeroAddress } from "viem";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import { afterAll, beforeAll, expect, it } from "vitest";
import { clientOf, delegateAccount, deploy } from "./account-code.ts";
import { compileContracts } from "./compile-contracts.ts";
import { type JobWorld, startJobWorld } from "./job-world.ts";

let world: JobWorld;
const first = roles.firstContributor;
const abi = parseAbi([
  "constructor(address owner, bool refusesMoney)",
  "function setRefusesMoney(bool refusesMoney)",
]);
const bytecodes = compileContracts();
/** 5 % of it are 50,000 wei; four shares of 237,500 leave 3 wei. */
const rewardWei = 1_000_003n;
/** Asked for, and what it is in the escrow's second version: 43 hundredths of a per cent of a share. */
const [askedWei, secondWei] = [1_001n, 1_021n];
const shareWei = 237_500n;

beforeAll(async () => {
  world = await startJobWorld();
});
afterAll(() => world?.stop());

async function deployWallet(owner: number, { refusesMoney }: { refusesMoney: boolean }) {
  const args = [testWallet(owner).address, refusesMoney] as const;
  const wallet = await deploy(
    world.chain,
    owner,
    encodeDeployData({ abi, bytecode: bytecodes.ContractWallet, args }),
  );
  return world.contract(owner, wallet);
}

it("wallets that are contracts sign in, deliver and are paid; those that cannot receive withdraw later; nobody else is affected", async () => {
  const ordinary = await world.person(first);
  const contract = await deployWallet(first + 1, { refusesMoney: false });
  const refusing = await deployWallet(first + 2, { refusesMoney: true });
  const unpayable = await world.person(first + 3);
  const gains = await world.openLedger({
    requester: world.requester,
    ordinary,
    contract,
    refusing,
    unpayable,
  });
  const jobId = await world.openJob({ contributors: 4, minContributors: 4, rewardWei, bondWei: askedWei });
  const bondWei = world.version === "1" ? askedWei : secondWei;

  const delegate = privateKeyToAccount(generatePrivateKey());
  await world.accept(jobId, ordinary);
  await world.accept(jobId, contract, delegate.address);
  await world.accept(jobId, refusing);
  await world.accept(jobId, unpayable, delegate.address);
  await delegateAccount(
    world.chain,
    first + 3,
    await deploy(world.chain, roles.stranger, bytecodes.Unpayable),
  );

  await world.deliver(jobId, ordinary);
  await world.deliver(jobId, contract, delegate);
  // Without a delegate a contract would have to be asked (EIP-1271), with the platform's gas: it delivers by itself.
  await expect(world.deliver(jobId, refusing)).rejects.toMatchObject({
    code: "signature-invalid",
    fix: expect.stringContaining("Send submitAdapter from your own wallet"),
  });
  const adapterCid = await world.uploadAdapter(jobId, refusing);
  const { escrow } = world;
  await refusing.send(encodeSubmitAdapter({ escrow, jobId, contributor: refusing.wallet, adapterCid }));
  // Its account has code now, which would be asked: only its delegate can sign for it.
  await expect(world.deliver(jobId, unpayable)).rejects.toMatchObject({ code: "signature-invalid" });
  await world.deliver(jobId, unpayable, delegate);
  await world.untilStatus(jobId, "completed");

  expect(await gains()).toEqual({
    requester: -rewardWei + 3n,
    ordinary: shareWei,
    // The owner sent the bond along; the contract has it back beside its share.
    contract: shareWei + bondWei,
    refusing: 0n,
    unpayable: -bondWei,
    feeReceiver: 50_000n,
  });
  for (const contributor of [ordinary, contract, refusing, unpayable])
    expect(await world.contribution(jobId, contributor, "submitted")).toMatchObject({
      paidWei: shareWei.toString(),
    });
  for (const contributor of [refusing, unpayable]) await world.untilBalance(contributor, bondWei + shareWei);
  expect(await contract.api.getMyBalance()).toEqual({ withdrawableWei: "0", elsewhere: [] });

  await expect(refusing.send(encodeWithdraw(world))).rejects.toMatchObject({
    facts: { error: "WithdrawalFailed" },
  });
  const refused = await world.trainchain(first + 3, "job", "withdraw");
  expect(refused).toMatchObject({ code: 2, document: { error: { code: "chain-rejected" } } });

  const data = encodeFunctionData({ abi, functionName: "setRefusesMoney", args: [false] });
  const hash = await clientOf(world.chain, first + 2).sendTransaction({ to: refusing.wallet, data });
  await world.chain.waitForTransactionReceipt({ hash });
  await refusing.send(encodeWithdraw(world));
  await delegateAccount(world.chain, first + 3, zeroAddress);
  const { code, document } = await world.trainchain(first + 3, "job", "withdraw");
  expect([code, document.amountWei]).toEqual([0, (bondWei + shareWei).toString()]);

  expect(await gains()).toMatchObject({
    contract: shareWei + bondWei,
    refusing: shareWei + bondWei,
    unpayable: shareWei,
  });
  for (const contributor of [refusing, unpayable]) await world.untilBalance(contributor, 0n);
  const again = await world.trainchain(first + 3, "job", "withdraw");
  expect([again.code, again.document]).toEqual([0, { amountWei: "0" }]);
});
