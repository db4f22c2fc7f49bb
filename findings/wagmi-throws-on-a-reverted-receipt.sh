#!/usr/bin/env bash
# One would guess: wagmi's waitForTransactionReceipt is viem's under another name, and resolves with a receipt whose
# `status` is "reverted", as viem's own and its type do.
# So it is with @wagmi/core 3.6.5 beside viem 2.57.20: viem resolves with the receipt, wagmi carries the transaction
# out again as a call, on the state of now, and throws what comes of it. A page that asks `receipt.status` never gets to
# ask, and what it catches carries no receipt: nothing in it says that the transaction was mined.
# Seen: "viem: reverted", "wagmi: threw CallExecutionError, without the receipt".
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @foundry-rs/anvil@1.7.1 viem@2.57.20 @wagmi/core@3.6.5
cat >receipt.mjs <<'JS'
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { createConfig, waitForTransactionReceipt } from "@wagmi/core";
import { createWalletClient, http, publicActions } from "viem";
import { mnemonicToAccount } from "viem/accounts";
import { foundry } from "viem/chains";

const anvil = spawn("node_modules/.bin/anvil", ["--port", "0", "--chain-id", String(foundry.id)], { stdio: ["ignore", "pipe", "inherit"], detached: true });
let printed = "";
for (;;) {
  printed += String((await once(anvil.stdout, "data"))[0]);
  if (/Listening on \S+:\d+\s/.test(printed)) break;
}
const url = `http://127.0.0.1:${/Listening on \S+:(\d+)\s/.exec(printed)[1]}`;
const account = mnemonicToAccount("test test test test test test test test test test test junk");
const client = createWalletClient({ account, chain: foundry, transport: http(url) }).extend(publicActions);
const config = createConfig({ chains: [foundry], transports: { [foundry.id]: http(url) } });
const version = (name) => createRequire(import.meta.url)(`${name}/package.json`).version;
console.log("@wagmi/core", version("@wagmi/core"), "viem", version("viem"));

// Creating a contract whose code is one REVERT fails; with the gas given, the wallet does not ask for an estimate.
const hash = await client.sendTransaction({ data: "0x60006000fd", gas: 100_000n });
const byViem = (await client.waitForTransactionReceipt({ hash })).status;
const byWagmi = await waitForTransactionReceipt(config, { hash }).then(
  ({ status }) => status,
  (error) => `threw ${error.constructor.name}, with${"receipt" in error ? "" : "out"} the receipt`,
);
process.kill(-anvil.pid);
console.log("viem: ", byViem);
console.log("wagmi:", byWagmi);
const same = byViem === "reverted" && byWagmi === "threw CallExecutionError, without the receipt";
console.log(same ? "as stated" : "this has changed");
process.exit(same ? 0 : 1);
JS
node receipt.mjs
