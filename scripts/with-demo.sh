#!/usr/bin/env bash
# Runs a command against a demo of its own: builds the gateway, starts it on
# ports nobody uses by default, waits until it is ready, and ends it afterwards.
# The command finds the gateway in HITOTSU_URL and the control port of AKASHI's
# simulator, where the truth about the stamps is, in HITOTSU_AKASHI_CONTROL.
#
#	scripts/with-demo.sh npm --prefix web/browsertest test
set -euo pipefail
cd "$(dirname "$0")/.."

port=${HITOTSU_TEST_PORT:-18080}
dir=$(mktemp -d)
go build -o "$dir/hitotsu" ./cmd/hitotsu
HITOTSU_LISTEN=127.0.0.1:$port HITOTSU_DATA_DIR=$dir/data \
	"$dir/hitotsu" demo --port-base $((port + 1)) --seed 1 --today 2026-11-20 >"$dir/log" 2>&1 &
demo=$!
# finish ends the demo as a supervisor does, and does not wait for ever.
finish() {
	kill -TERM "$demo" 2>/dev/null || true
	for ((i = 0; i < 100; i++)); do
		kill -0 "$demo" 2>/dev/null || break
		sleep 0.1
	done
	kill -KILL "$demo" 2>/dev/null && echo "with-demo: the demo did not end on SIGTERM" >&2
	wait "$demo" 2>/dev/null || true
	rm -rf "$dir"
}
trap finish EXIT

export HITOTSU_URL=http://127.0.0.1:$port/
export HITOTSU_AKASHI_CONTROL=http://127.0.0.1:$((port + 11))
for ((i = 0; i < 150; i++)); do
	if curl -sf -o /dev/null --max-time 1 "$HITOTSU_URL"; then
		"$@"
		exit
	fi
	kill -0 "$demo" 2>/dev/null || break
	sleep 0.2
done
echo "with-demo: the demo did not become ready" >&2
cat "$dir/log" >&2
exit 1
