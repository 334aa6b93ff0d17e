#!/bin/sh
# Prints how much longer each client takes than encoding/json into plain structs,
# measured in the same run: the medians of five.
set -eu
cd "$(dirname "$0")/.."
go test -run '^$' -bench . -count 5 -benchtime 200ms ./bench | awk '
	function median(list,   n, v, i, j, t) {
		n = split(list, v, " ")
		for (i = 1; i <= n; i++) for (j = i + 1; j <= n; j++) if (v[j] + 0 < v[i] + 0) { t = v[i]; v[i] = v[j]; v[j] = t }
		return v[int((n + 1) / 2)]
	}
	/^Benchmark/ {
		split($1, part, "/"); name = substr(part[1], 10); kind = part[2]; sub(/-[0-9]+$/, "", kind)
		if (!(name in seen)) { seen[name] = 1; order[++count] = name }
		times[name, kind] = times[name, kind] " " $3; allocs[name, kind] = $7
	}
	END {
		print "| what | client, µs | plain, µs | ratio | allocations, client and plain |"
		print "|---|---|---|---|---|"
		for (i = 1; i <= count; i++) {
			name = order[i]; c = median(times[name, "client"]); p = median(times[name, "plain"])
			printf "| %s | %.0f | %.0f | %.2f | %d, %d |\n", name, c / 1000, p / 1000, c / p, allocs[name, "client"], allocs[name, "plain"]
		}
	}'
