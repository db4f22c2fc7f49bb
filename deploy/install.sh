#!/usr/bin/env bash
# Installs the whole platform on one Debian or Ubuntu machine, without Docker; safe to run again: what is there stays.
#
#   sudo DOMAIN=train.example.org RPC_URL=https://YOUR-NODE CHAIN_ID=80002 deploy/install.sh
#
# The escrow's address and block come from contracts/deployments/CHAIN_ID.json, or from ESCROW_ADDRESS and START_BLOCK.
# EVALUATOR=no leaves the evaluator and its Python environment (6 GB) out: results are then merged and not evaluated, and
# image jobs are refused. EVALUATOR=yes adds it later.
set -euo pipefail
# shellcheck source=deploy/place-release.sh
source "$(dirname "${BASH_SOURCE[0]}")/place-release.sh"

install_packages() {
  local wanted=(git curl ca-certificates openssl nodejs npm postgresql) missing=()
  if wants_evaluator; then wanted+=(python3 python3-venv); fi
  if [[ -n ${DOMAIN:-} ]] && apt-cache show caddy >/dev/null 2>&1; then wanted+=(caddy); fi
  for package in "${wanted[@]}"; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
  done
  # A command that came another way serves as well.
  if command -v npm >/dev/null; then mapfile -t missing < <(printf '%s\n' "${missing[@]}" | grep -vxE 'npm|nodejs' || true); fi
  if ((${#missing[@]} == 0)) || [[ -z ${missing[0]} ]]; then return; fi
  say "packages: ${missing[*]}"
  apt-get update -q
  DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends "${missing[@]}"
}

# The database and its owner.
make_database() {
  local version cluster url
  if has_systemd; then
    systemctl start postgresql
  else
    read -r version cluster _ < <(pg_lsclusters -h)
    pg_ctlcluster "$version" "$cluster" start 2>/dev/null || true
  fi
  if [[ ! -e $settings/database.env ]]; then
    url=$(make_role trainchain)
    write_once "$settings/database.env" <<<"$url"
  fi
  if [[ $(as_postgres <<<"select 1 from pg_database where datname = 'trainchain'") != 1 ]]; then
    as_postgres <<<"create database trainchain owner trainchain encoding 'UTF8' template template0"
  fi
}

deployed() {
  local file="$prefix/current/contracts/deployments/$CHAIN_ID.json"
  [[ -f $file ]] || return 0
  node -p "JSON.parse(require('fs').readFileSync('$file', 'utf8')).$1"
}

write_settings() {
  if [[ -e $settings/platform.env ]]; then
    say "$settings stays as it is"
    return
  fi
  : "${RPC_URL:?a node of the chain, such as RPC_URL=https://YOUR-NODE}"
  : "${CHAIN_ID:=80002}"
  local escrow=${ESCROW_ADDRESS:-$(deployed address)} block=${START_BLOCK:-$(deployed block)}
  [[ -n $escrow && -n $block ]] ||
    fail "no escrow is known on chain $CHAIN_ID: npm run deploy first (docs/operations.md), or set ESCROW_ADDRESS and START_BLOCK"
  local key address
  write_once "$settings/secrets.env" <<<"SEALING_SECRET=$(openssl rand -hex 32)"
  write_once "$settings/worker.env" <<<"AGGREGATOR_PRIVATE_KEY=0x$(openssl rand -hex 32)"
  key=$(sed -n 's/^AGGREGATOR_PRIVATE_KEY=//p' "$settings/worker.env")
  # On standard input: what stands in a command line, every user of the machine can read.
  address=$(cd "$prefix/current" && node -e '
    const { privateKeyToAddress } = require("viem/accounts");
    console.log(privateKeyToAddress(require("fs").readFileSync(0, "utf8").trim()));' <<<"$key")
  make_database
  write_once "$settings/platform.env" <<SETTINGS
RPC_URL=$RPC_URL
CHAIN_ID=$CHAIN_ID
ESCROW_ADDRESS=$escrow
START_BLOCK=$block
AGGREGATOR_ADDRESS=$address
DATA_DIR=$data
STORAGE_DIR=$data/storage
PUBLIC_URL=${PUBLIC_URL:-${DOMAIN:+https://$DOMAIN}}
TRUST_PROXY=true
WEB_DIR=$prefix/current/apps/web/dist
APP_DIR=$data/app
CONFIRMATIONS=${CONFIRMATIONS:-3}
SETTINGS
  say "wrote $settings; keep a copy of secrets.env and worker.env elsewhere: nothing can replace them"
}

serve_domain() {
  if [[ -z ${DOMAIN:-} ]] || ! command -v caddy >/dev/null; then return; fi
  sed "s/{\$DOMAIN}/$DOMAIN/" "$prefix/current/deploy/Caddyfile" >/etc/caddy/trainchain.caddy
  grep -qxF 'import trainchain.caddy' /etc/caddy/Caddyfile || echo 'import trainchain.caddy' >>/etc/caddy/Caddyfile
  local complaints
  complaints=$(caddy validate --adapter caddyfile --config /etc/caddy/Caddyfile 2>&1) || fail "Caddy: $complaints"
  if has_systemd; then systemctl reload-or-restart caddy; fi
}

assert_root
install_packages
make_users
place_node
release=$(place_release)
[[ -e $prefix/current ]] || switch_to "$release"
settle_evaluator
write_settings
settle_roles
install_python
"$prefix/bin/trainchain" admin migrate
# What the commands above wrote as root belongs to the group as well.
chgrp -R trainchain "$data" && chmod -R g+rwX "$data"
place_units
serve_domain
if has_systemd; then
  restart_all
  await_ready || fail "not ready: see journalctl -u 'trainchain-*' and $prefix/bin/trainchain doctor"
  hide_owner
fi
"$prefix/bin/trainchain" doctor || say "the doctor found something; the rest stands"
say "installed. The aggregator's wallet needs POL for gas: $(sed -n 's/^AGGREGATOR_ADDRESS=//p' "$settings/platform.env")"
