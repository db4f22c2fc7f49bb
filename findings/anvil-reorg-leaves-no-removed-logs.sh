#!/usr/bin/env bash
# One would guess: a node that takes blocks back tells whoever follows its logs, with `removed: true`, as the JSON-RPC
# documents of eth_getFilterChanges and eth_subscribe say.
# So it is with anvil 1.7.1: after anvil_reorg the logs of the replaced blocks are gone from eth_getLogs, and neither a
# filter nor a subscription says a word of it. An indexer that is tested on anvil has to compare parent hashes; a test
# that waits for `removed` waits for ever.
# Seen: before {"logs":1,"filter":[false],"subscription":[false]}, after {"logs":0,"filter":[],"subscription":[]}.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @foundry-rs/anvil@1.7.1 viem@2.57.20
cat >reorg.mjs <<'JS'
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createTestClient, http, publicActions, walletActions, webSocket } from "viem";
import { mnemonicToAccount } from "viem/accounts";

const anvil = spawn("node_modules/.bin/anvil", ["--port", "0", "--chain-id", "31337"], { stdio: ["ignore", "pipe", "inherit"], detached: true });
let printed = "";
for (;;) {
  printed += String((await once(anvil.stdout, "data"))[0]);
  if (/Listening on \S+:\d+\s/.test(printed)) break;
}
const port = /Listening on \S+:(\d+)\s/.exec(printed)[1];
const account = mnemonicToAccount("test test test test test test test test test test test junk");
const client = createTestClient({ mode: "anvil", account, transport: http(`http://127.0.0.1:${port}`), pollingInterval: 20 })
  .extend(publicActions).extend(walletActions);
const socket = createTestClient({ mode: "anvil", transport: webSocket(`ws://127.0.0.1:${port}`) });
console.log("anvil", await client.request({ method: "web3_clientVersion" }));

// Its constructor returns eight bytes of code: LOG0 of nothing, then stop.
const bytecode = "0x6460006000a06000526005601bf3";
const send = async (transaction) => client.waitForTransactionReceipt({ hash: await client.sendTransaction({ chain: null, ...transaction }) });
const { contractAddress } = await send({ data: bytecode });
const filter = await client.request({ method: "eth_newFilter", params: [{ address: contractAddress }] });
const heard = [];
await socket.transport.subscribe({ params: ["logs", { address: contractAddress }], onData: ({ result }) => heard.push(result), onError: (error) => { throw error; } });
await send({ to: contractAddress });
const until = async (what) => { for (let i = 0; i < 100 && !(await what()); i++) await new Promise((next) => setTimeout(next, 50)); };
await until(() => heard.length === 1);
const logs = () => client.request({ method: "eth_getLogs", params: [{ address: contractAddress, fromBlock: "0x0", toBlock: "latest" }] });
const changes = () => client.request({ method: "eth_getFilterChanges", params: [filter] });
const before = { logs: (await logs()).length, filter: (await changes()).map(({ removed }) => removed), subscription: heard.map(({ removed }) => removed) };
await client.request({ method: "anvil_reorg", params: [1, []] });
await send({ to: account.address });
const after = { logs: (await logs()).length, filter: (await changes()).map(({ removed }) => removed), subscription: heard.slice(1).map(({ removed }) => removed) };
console.log("before the reorganisation", JSON.stringify(before));
console.log("after it                 ", JSON.stringify(after));
process.kill(-anvil.pid);
const as = (value) => JSON.stringify(value);
const same = as(before) === as({ logs: 1, filter: [false], subscription: [false] }) && as(after) === as({ logs: 0, filter: [], subscription: [] });
console.log(same ? "as stated: the log is gone, and nobody is told" : "this has changed");
process.exit(same ? 0 : 1);
JS
node reorg.mjs
