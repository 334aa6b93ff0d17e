#!/bin/sh
# Tells whether web/dist is what web/graphiql gives: builds into a scratch folder and compares the unpacked files,
# because different builds of zlib pack differently. Without Node it cannot, and says so.
set -eu
cd "$(dirname "$0")/graphiql"

if ! command -v npm >/dev/null || ! node -e 'process.exit(process.versions.node.split(".")[0] >= 20 ? 0 : 1)'; then
	echo "web: Node 20 or later is missing, the built page was not compared with its sources"
	exit 0
fi
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# npm leaves this file behind after a complete install; older than the lock file means something was changed since.
if [ ! node_modules/.package-lock.json -nt package-lock.json ]; then
	npm ci --no-audit --no-fund --loglevel=error
fi
HITOTSU_WEB_OUT="$scratch/built" npm run --silent build >"$scratch/log" 2>&1 || {
	cat "$scratch/log"
	exit 1
}
cp -R ../dist "$scratch/committed"
find "$scratch/built" "$scratch/committed" -name '*.gz' -exec gzip -d {} +
if ! diff -rq "$scratch/committed" "$scratch/built"; then
	echo "web: web/dist is not what web/graphiql gives: run (cd web/graphiql && npm ci && npm run build) and commit"
	exit 1
fi
echo "web: web/dist is what web/graphiql gives"
