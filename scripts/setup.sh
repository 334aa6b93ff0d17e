#!/usr/bin/env bash
# Installs what the tests need and the machine lacks. Made for Debian; elsewhere
# it names what is missing and leaves the choice of package manager to you.
set -euo pipefail
cd "$(dirname "$0")/.."

missing=()
need() { command -v "$1" >/dev/null || missing+=("${@:2}"); }
need git git
need gcc gcc libc6-dev # the race detector links with C
need curl curl
need redis-server redis-server
need chromium chromium
need node nodejs
need npm npm

if ((${#missing[@]})); then
	if ! command -v apt-get >/dev/null; then
		echo "setup: please install: ${missing[*]}" >&2
		exit 1
	fi
	sudo=()
	((EUID == 0)) || sudo=(sudo)
	echo "setup: installing ${missing[*]}"
	"${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update -qq
	"${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "${missing[@]}"
fi

major=$(node -p 'process.versions.node.split(".")[0]')
if ((major < 20)); then
	echo "setup: the test kits need Node 20 or later, this is $(node --version)" >&2
	exit 1
fi

for kit in internal/server/audit web/browsertest; do
	lock=$kit/package-lock.json
	# npm leaves its own copy of the lock; when that is newer the kit is current.
	if [[ ! -e $kit/node_modules/.package-lock.json || $lock -nt $kit/node_modules/.package-lock.json ]]; then
		npm ci --prefix "$kit" --no-audit --no-fund
	fi
done
