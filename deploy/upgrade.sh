#!/usr/bin/env bash
# Brings the installed platform to the commit of this checkout, and back again where it does not become ready.
#
#   git pull && sudo deploy/upgrade.sh
#
# The processes may be stopped at any moment: what they were doing goes on afterwards. Migrations only ever add, so
# the release before runs on the newer schema too.
set -euo pipefail
# shellcheck source=deploy/place-release.sh
source "$(dirname "${BASH_SOURCE[0]}")/place-release.sh"

assert_root
[[ -L $prefix/current ]] || fail "nothing is installed in $prefix: run deploy/install.sh"
before=$(readlink "$prefix/current")
place_node
make_users
settle_evaluator
settle_roles
release=$(place_release)
if [[ $release == "$before" ]]; then
  say "$(basename "$release") runs already"
  exit 0
fi

say "backing up to $data-backup"
"$prefix/bin/trainchain" admin backup "$data-backup"

switch_to "$release"
if "$prefix/bin/trainchain" admin migrate && install_python && place_units && restart_all && await_ready; then
  hide_owner
  say "$(basename "$release") runs"
else
  say "not ready; going back to $(basename "$before")"
  switch_to "$before"
  place_units
  restart_all
  await_ready || fail "the release before is not ready either: journalctl -u 'trainchain-*', $prefix/bin/trainchain doctor"
  fail "$(basename "$release") did not become ready; $(basename "$before") runs as before"
fi

# Three releases are kept.
find "$prefix/releases" -mindepth 1 -maxdepth 1 -type d -printf '%T@ %p\n' | sort -rn | tail -n +4 | cut -d' ' -f2- |
  { grep -vxF -e "$release" -e "$before" || true; } | xargs -r rm -rf
