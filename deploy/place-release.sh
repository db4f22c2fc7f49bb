#!/usr/bin/env bash
# Sourced by install.sh and upgrade.sh: what both do. Debian and Ubuntu, x64 and arm64.
set -euo pipefail
# Without it a failure inside $(…) would go unnoticed, and a half-installed release be taken for whole.
shopt -s inherit_errexit

prefix=${TRAINCHAIN_PREFIX:-/opt/trainchain}
export settings=${TRAINCHAIN_SETTINGS:-/etc/trainchain}
export data=${TRAINCHAIN_DATA:-/var/lib/trainchain}
units=${TRAINCHAIN_UNITS:-/etc/systemd/system}
node_version=24.21.0
processes=(worker indexer api)
declare -A monitor_port=([api]=9464 [indexer]=9465 [worker]=9466)
source_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

say() { printf '── %s\n' "$*"; }
fail() {
  printf '✗ %s\n' "$*" >&2
  exit 2
}

assert_root() {
  [[ $(id -u) == 0 ]] || fail "run this as root: sudo $0"
}

has_systemd() { [[ -d /run/systemd/system ]]; }

# The Node that everything runs on, from npm, beside whatever the system has.
place_node() {
  local machine
  case $(uname -m) in
    x86_64) machine=x64 ;;
    aarch64 | arm64) machine=arm64 ;;
    *) fail "$(uname -m) is neither x64 nor arm64" ;;
  esac
  local binary="$prefix/node/node_modules/node-linux-$machine/bin/node"
  if [[ $("$binary" --version 2>/dev/null) != "v$node_version" ]]; then
    say "Node $node_version for $machine"
    mkdir -p "$prefix/node"
    npm install --prefix "$prefix/node" --no-save --no-audit --no-fund --loglevel=error \
      "node-linux-$machine@$node_version"
  fi
  mkdir -p "$prefix/bin"
  ln -sfn "$binary" "$prefix/bin/node"
  install -m 755 "$source_dir/deploy/trainchain" "$prefix/bin/trainchain"
  export PATH="$prefix/bin:$PATH"
}

# Puts this checkout's commit, with its packages and the built site, in a folder of its own; prints the folder.
place_release() {
  local commit release
  commit=$(git -c safe.directory='*' -C "$source_dir" rev-parse --short=12 HEAD)
  release="$prefix/releases/$commit"
  if [[ ! -f $release/.complete ]]; then
    say "release $commit" >&2
    rm -rf "$release"
    mkdir -p "$release"
    git -c safe.directory='*' -C "$source_dir" archive HEAD | tar -x -C "$release"
    (
      cd "$release"
      npm ci --no-audit --no-fund --loglevel=error >&2
      if [[ -f scripts/build-web.ts ]]; then node scripts/build-web.ts >&2; fi
    )
    touch "$release/.complete"
  fi
  printf '%s\n' "$release"
}

# Makes a release the one that runs; the switch is one rename.
switch_to() {
  ln -sfn "$1" "$prefix/current.new"
  mv -T "$prefix/current.new" "$prefix/current"
}

place_units() {
  mkdir -p "$units"
  for process in "${processes[@]}"; do
    install -m 644 "$prefix/current/deploy/systemd/trainchain-$process.service" "$units/"
  done
  if has_systemd; then systemctl daemon-reload; fi
}

# Waits until every process says that it is ready.
await_ready() {
  local deadline=$((SECONDS + 90))
  for process in "${processes[@]}"; do
    until curl -fsS "http://127.0.0.1:${monitor_port[$process]}/readyz" >/dev/null 2>&1; do
      ((SECONDS < deadline)) || return 1
      sleep 1
    done
  done
}

restart_all() {
  for process in "${processes[@]}"; do systemctl restart "trainchain-$process"; done
}
