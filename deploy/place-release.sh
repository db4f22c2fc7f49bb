#!/usr/bin/env bash
# Sourced by install.sh and upgrade.sh: what both do. Debian and Ubuntu, x64 and arm64.
set -euo pipefail
# Without it a failure inside $(…) would go unnoticed, and a half-installed release be taken for whole.
shopt -s inherit_errexit

prefix=${TRAINCHAIN_PREFIX:-/opt/trainchain}
export settings=${TRAINCHAIN_SETTINGS:-/etc/trainchain}
export data=${TRAINCHAIN_DATA:-/var/lib/trainchain}
units=${TRAINCHAIN_UNITS:-/etc/systemd/system}
# What the worker hands to the evaluator lies here for as long as it is worked on.
export handover=$data-handover
node_version=24.21.0
declare -A monitor_port=([api]=9464 [indexer]=9465 [worker]=9466 [evaluator]=9467)
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

# Whether there is an evaluator: where one was asked for, set up, or part of the worker before it had a process of its
# own; at the first installation also where nothing was said.
wants_evaluator() {
  case ${EVALUATOR:-} in
    yes) return 0 ;;
    no) [[ -e $settings/evaluator.env ]] ;;
    *) [[ -e $settings/evaluator.env || ! -e $settings/platform.env ]] ||
      grep -q '^TRAINCHAIN_ENV_DIR=.' "$settings/platform.env" ;;
  esac
}

# The processes of the running release, in the order in which they are started.
list_processes() {
  if [[ -e $settings/evaluator.env && -e $prefix/current/deploy/systemd/trainchain-evaluator.service ]]; then
    echo evaluator
  fi
  printf '%s\n' worker indexer api
}

make_group() { getent group "$1" >/dev/null || groupadd --system "$1"; }
make_user() {
  id "$1" >/dev/null 2>&1 ||
    useradd --system --gid "$2" --home-dir "$3" --no-create-home --shell /usr/sbin/nologin "$1"
}

# One user a process, so that API and indexer cannot read the worker's key, nor the evaluator anything; one group for
# the data that the first three share, another for what the worker hands to the evaluator.
make_users() {
  make_group trainchain
  for process in worker indexer api; do make_user "trainchain-$process" trainchain "$data"; done
  install -d -m 2770 -o root -g trainchain "$data" "$data/uploads" "$data/storage"
  install -d -m 700 "$settings"
  wants_evaluator || return 0
  make_group trainchain-evaluator
  make_user trainchain-evaluator trainchain-evaluator "$data-evaluator"
  usermod --append --groups trainchain-evaluator trainchain-worker
  install -d -m 710 -o trainchain-worker -g trainchain-evaluator "$handover"
}

# Writes a file of settings once; it is never touched again.
write_once() {
  local file=$1
  if [[ -e $file ]]; then
    cat >/dev/null
  else
    (umask 077 && cat >"$file.new")
    mv "$file.new" "$file"
  fi
}

# Statements on standard input, because what stands in a command line every user of the machine can read; from a
# folder that this user may enter.
as_postgres() { (cd / && runuser -u postgres -- psql -qtAX -v ON_ERROR_STOP=1 "$@"); }

# Makes a role with a new password, which only the settings know; prints the URL under which it signs in.
make_role() {
  local role=$1 password port
  password=$(openssl rand -hex 24)
  port=$(
    as_postgres <<SQL
do \$\$ begin
  if not exists (select from pg_roles where rolname = '$role') then create role $role; end if;
end \$\$;
alter role $role login password '$password';
show port;
SQL
  )
  printf 'DATABASE_URL=postgres://%s:%s@127.0.0.1:%s/trainchain\n' "$role" "$password" "$port"
}

# A database role for each process, so that none writes another's tables: packages/db/src/roles.ts says which those are,
# and `trainchain admin migrate` grants them. The owner's URL is left to the operator's commands. Where the database is
# on another machine the operator makes the roles (docs/operations.md).
settle_roles() {
  local owner url
  owner=$(sed -n '/^DATABASE_URL=/p' "$settings/platform.env" 2>/dev/null || true)
  if [[ ! -e $settings/database.env && $owner != *@127.0.0.1:* ]]; then return 0; fi
  if [[ -n $owner ]]; then write_once "$settings/database.env" <<<"$owner"; fi
  for process in api indexer worker; do
    if [[ -e $settings/database-$process.env ]]; then continue; fi
    url=$(make_role "trainchain_$process")
    write_once "$settings/database-$process.env" <<<"$url"
  done
}

# Takes the owner's URL from the settings that every process reads. The release before still looks for it there.
hide_owner() {
  if [[ -e $settings/database.env ]]; then sed -i '/^DATABASE_URL=/d' "$settings/platform.env"; fi
}

# The evaluator's settings, none of them secret. An environment that the worker kept for itself becomes everybody's to
# read; its old path, which an older release looks at, stays.
settle_evaluator() {
  wants_evaluator || return 0
  if [[ -d $data/python && ! -L $data/python && ! -e $prefix/python ]]; then
    mv "$data/python" "$prefix/python"
    ln -s "$prefix/python" "$data/python"
  fi
  write_once "$settings/evaluator.env" <<SETTINGS
EVALUATOR_SOCKET=${TRAINCHAIN_RUN:-/run}/trainchain-evaluator/socket
EVALUATOR_DIR=$handover
TRAINCHAIN_ENV_DIR=$prefix/python/env
SETTINGS
}

# The Python environment that the running release asks for. It is root's: whoever breaks into a script changes nothing.
install_python() {
  [[ -e $settings/evaluator.env ]] || return 0
  say "the evaluator's Python environment (once, some minutes)"
  mkdir -p "$prefix/python" &&
    "$prefix/bin/trainchain" admin python &&
    chown -R root:root "$prefix/python" &&
    chmod -R a+rX,go-w "$prefix/python"
}

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
    npm install --prefix "$prefix/node" --no-save --ignore-scripts --no-audit --no-fund --loglevel=error \
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
      # This is root: no package's own script runs. The one that needs its script is a PostgreSQL for tests.
      npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >&2
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
  for process in $(list_processes); do
    install -m 644 "$prefix/current/deploy/systemd/trainchain-$process.service" "$units/"
  done
  if has_systemd; then systemctl daemon-reload; fi
}

# Waits until every process says that it is ready.
await_ready() {
  local deadline=$((SECONDS + 90))
  for process in $(list_processes); do
    until curl -fsS "http://127.0.0.1:${monitor_port[$process]}/readyz" >/dev/null 2>&1; do
      ((SECONDS < deadline)) || return 1
      sleep 1
    done
  done
}

restart_all() {
  for process in $(list_processes); do
    systemctl enable --quiet "trainchain-$process"
    systemctl restart "trainchain-$process"
  done
}
