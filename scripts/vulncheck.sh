#!/usr/bin/env bash
# Looks for known vulnerabilities in the code that is called. A vulnerability is
# red. A database that cannot be reached is a loud warning and not red: the
# build must not depend on somebody else's server, and must not be silent either.
set -uo pipefail
cd "$(dirname "$0")/.."

out=$(go tool -modfile=tools/go.mod govulncheck "$@" 2>&1)
status=$?
printf '%s\n' "$out"
if ((status != 0)) && grep -q '^govulncheck: fetching vulnerabilities:' <<<"$out"; then
	{
		echo '#####################################################################'
		echo '# WARNING: NOT CHECKED FOR VULNERABILITIES.                         #'
		echo '# The vulnerability database cannot be reached from this machine.   #'
		echo '# Run `make vuln` where https://vuln.go.dev answers, before release.#'
		echo '#####################################################################'
	} >&2
	exit 0
fi
exit "$status"
