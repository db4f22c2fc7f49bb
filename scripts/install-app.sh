#!/bin/sh
# Installs the contributor app of a TrainChain platform for this user (Linux, macOS):
#   curl -fsSL https://PLATFORM/app/install.sh | sh -s -- https://PLATFORM
# It fetches the archive for this system, compares its SHA-256 with the platform's list, and unpacks it into
# ~/.local/share (or TRAINCHAIN_INSTALL_DIR). Nothing else of the system is touched; removing the folder removes it.
set -eu

fail() {
  printf '✗ %s\n' "$*" >&2
  exit 1
}

platform=${1:-}
[ -n "$platform" ] || fail "name the platform: … | sh -s -- https://PLATFORM"
platform=${platform%/}

case $(uname -s) in
  Linux) system=linux ;;
  Darwin) system=darwin ;;
  *) fail "$(uname -s) is neither Linux nor macOS: take the archive from $platform/contributor" ;;
esac
case $(uname -m) in
  x86_64 | amd64) processor=x64 ;;
  aarch64 | arm64) processor=arm64 ;;
  *) fail "$(uname -m) is neither x64 nor arm64" ;;
esac
name=trainchain-contributor-$system-$processor
folder=${TRAINCHAIN_INSTALL_DIR:-$HOME/.local/share}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
curl -fsSL -o "$work/sums" "$platform/app/SHA256SUMS.txt" || fail "$platform offers no app"
grep "  $name.tar.gz\$" "$work/sums" >"$work/sum" || fail "$platform has no app for $system on $processor yet"
printf '• fetching %s\n' "$name.tar.gz"
curl -fL --progress-bar -o "$work/$name.tar.gz" "$platform/app/$name.tar.gz"
(
  cd "$work"
  if command -v sha256sum >/dev/null; then sha256sum -c sum; else shasum -a 256 -c sum; fi
) >/dev/null || fail "what came is not what $platform lists: nothing was installed"

# The training environment, which is large, stays from one version to the next.
mkdir -p "$folder/$name"
tar -xzf "$work/$name.tar.gz" -C "$folder"
printf 'Installed. Start it with:\n  %s --api %s\n' "$folder/$name/trainchain-contributor" "$platform"
