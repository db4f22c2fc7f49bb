#!/usr/bin/env bash
# One would guess: `npm sbom --omit dev` lists what is installed in production, so a package that a workspace depends on
# is there, whoever else uses it.
# So it is not with npm 11.19.1 and --package-lock-only: a package that is a production dependency of a workspace, and
# that the root's devDependencies reach as well, is left out. A bill of materials made like that is short of what ships.
# Seen: the workspace depends on hono and ms, the root's dev tool debug on ms: "hono listed, ms left out"; without the dev
# tool "hono listed, ms listed".
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund npm@11.19.1
npm="$dir/node_modules/.bin/npm"

listed() {
  mkdir -p "$1/app"
  cd "$1"
  printf '{"name":"root","version":"1.0.0","private":true,"workspaces":["app"]%s}\n' "$2" >package.json
  printf '{"name":"app","version":"1.0.0","dependencies":{"hono":"4.12.0","ms":"2.1.3"}}\n' >app/package.json
  "$npm" install --silent --no-audit --no-fund --ignore-scripts --package-lock-only
  "$npm" sbom --omit dev --package-lock-only --sbom-format cyclonedx >sbom.json
  node -e '
    const { components } = JSON.parse(require("node:fs").readFileSync("sbom.json", "utf8"));
    const has = (name) => `${name} ${components.some((one) => one.name === name) ? "listed" : "left out"}`;
    console.log([has("hono"), has("ms")].join(", "));'
  cd "$dir"
}

echo "npm $("$npm" --version)"
with=$(listed with ',"devDependencies":{"debug":"4.4.3"}')
without=$(listed without '')
echo "with a dev tool that needs ms: $with"
echo "without it:                    $without"
if [ "$with" = "hono listed, ms left out" ] && [ "$without" = "hono listed, ms listed" ]; then
  echo "as stated: what a workspace needs is left out where a dev tool needs it too"
else
  echo "this has changed"
  exit 1
fi
