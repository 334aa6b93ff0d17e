#!/usr/bin/env bash
# Regenerates the code and fails when a generated file changes, appears or goes.
# It compares with the working tree and not with the last commit, so it is as
# useful in the middle of a change as in a clean clone.
set -euo pipefail
cd "$(dirname "$0")/.."

generated() {
	git ls-files -z --cached --others --exclude-standard -- '*.go' ':!tools' |
		xargs -0 grep -lsE '^// Code generated .* DO NOT EDIT\.$' | LC_ALL=C sort || true
}

before=$(mktemp -d)
trap 'rm -rf "$before"' EXIT
generated >"$before/.list"
while read -r file; do
	mkdir -p "$before/$(dirname "$file")"
	cp "$file" "$before/$file"
done <"$before/.list"

go generate ./...
go run ./graph/gen

generated >"$before/.after"
diff -u "$before/.list" "$before/.after" || {
	echo "drift: generated files appeared or went; run 'make generate' and commit" >&2
	exit 1
}
changed=0
while read -r file; do
	diff -u "$before/$file" "$file" || changed=1
done <"$before/.list"
if ((changed)); then
	echo "drift: generated code is not what its sources give; run 'make generate' and commit" >&2
	exit 1
fi
if grep -rnE '!!! WARNING !!!|panic\(.*not implemented' --include='*.go' resolvers graph/generated 2>/dev/null; then
	echo "drift: a resolver is missing its body" >&2
	exit 1
fi
echo "drift: $(wc -l <"$before/.list") generated files are up to date"
