#!/usr/bin/env bash
# One would guess: `anvil --order fees`, the default, puts first into a block what pays its miner most, as nodes do since
# EIP-1559: by the smaller of maxPriorityFeePerGas and maxFeePerGas less the base fee.
# anvil 1.7.1 goes by maxFeePerGas alone. Of two in its pool the one with a tip of 1 gwei and a limit of 1,000 comes before
# the one with a tip of 400 and a limit of 500, and of two with one limit the one that came first, whatever their tips. A
# test of front-running, or of an order within a block, that sets tips tests nothing.
# Seen: {"higher limit, lower tip":"first","same limit, higher tip, sent later":"second"}.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @foundry-rs/anvil@1.7.1 viem@2.57.20
cat >order.mjs <<'JS'
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createTestClient, http, parseGwei, publicActions, walletActions } from "viem";
import { mnemonicToAccount } from "viem/accounts";

const options = ["--port", "0", "--chain-id", "31337", "--order", "fees"];
const anvil = spawn("node_modules/.bin/anvil", options, { stdio: ["ignore", "pipe", "inherit"], detached: true });
let printed = "";
for (;;) {
  printed += String((await once(anvil.stdout, "data"))[0]);
  if (/Listening on \S+:\d+\s/.test(printed)) break;
}
const port = /Listening on \S+:(\d+)\s/.exec(printed)[1];
const client = createTestClient({ mode: "anvil", transport: http(`http://127.0.0.1:${port}`), pollingInterval: 20 })
  .extend(publicActions).extend(walletActions);
console.log("anvil", await client.request({ method: "web3_clientVersion" }));
const wallets = [0, 1].map((addressIndex) => mnemonicToAccount("test test test test test test test test test test test junk", { addressIndex }));

/** Sends one transaction from each wallet, mines both in one block, and tells which place the named one has there. */
async function place(named, prices) {
  await client.setAutomine(false);
  const hashes = [];
  for (const [nth, [limit, tip]] of prices.entries()) {
    const fees = { maxFeePerGas: parseGwei(limit), maxPriorityFeePerGas: parseGwei(tip) };
    hashes.push(await client.sendTransaction({ account: wallets[nth], chain: null, to: wallets[nth].address, gas: 21_000n, ...fees }));
  }
  await client.mine({ blocks: 1 });
  const receipts = await Promise.all(hashes.map((hash) => client.waitForTransactionReceipt({ hash })));
  if (receipts[0].blockNumber !== receipts[1].blockNumber) throw new Error("they are in two blocks");
  return ["first", "second"][receipts[named].transactionIndex];
}

const seen = {
  "higher limit, lower tip": await place(1, [["500", "400"], ["1000", "1"]]),
  "same limit, higher tip, sent later": await place(1, [["500", "1"], ["500", "400"]]),
};
process.kill(-anvil.pid);
const text = JSON.stringify(seen);
console.log(text);
const same = text === JSON.stringify({ "higher limit, lower tip": "first", "same limit, higher tip, sent later": "second" });
console.log(same ? "as stated: the limit decides, the tip does not" : "this has changed");
process.exit(same ? 0 : 1);
JS
node order.mjs
