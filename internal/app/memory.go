package app

import (
	"context"
	"runtime/debug"
	"runtime/metrics"
	"slices"
	"strings"
	"sync"
	"time"
)

// The collector's limit beside the target: what is in use, a quarter as much again,
// and what the runtime needs for itself.
const (
	memoryEvery  = time.Second
	runtimeBytes = 24 << 20
	// roomyPercent is Go's GOGC while the target is far: a small gateway takes up to
	// four times what is in use, and spends a third of the time on collecting that
	// it would at Go's 100.
	roomyPercent = 300
)

// KeepMemory keeps the process near a target, in MiB, until the returned function
// is called. It is for a whole program: the settings are the process's.
func KeepMemory(ctx context.Context, targetMiB int, environ []string) (stop func()) {
	own, cancel := context.WithCancel(ctx)
	var keeping sync.WaitGroup
	keeping.Go(func() { keepMemory(own, int64(targetMiB)<<20, environ) })
	return func() {
		cancel()
		keeping.Wait()
	}
}

// keepMemory lets the garbage collector work harder as the process comes near the
// target, until ctx ends. Go's limit alone would keep collecting without end when
// what is in use does not fit; so the limit follows it at a distance, and beyond
// the target the process collects each time it has grown by a quarter.
//
// It does nothing where the target is 0, or where the environment sets GOMEMLIMIT
// or GOGC: then somebody has decided.
func keepMemory(ctx context.Context, target int64, environ []string) {
	decided := slices.ContainsFunc(environ, func(v string) bool {
		return strings.HasPrefix(v, "GOMEMLIMIT=") || strings.HasPrefix(v, "GOGC=")
	})
	if target == 0 || decided {
		return
	}
	ticker := time.NewTicker(memoryEvery)
	defer ticker.Stop()
	before, percent := debug.SetMemoryLimit(-1), debug.SetGCPercent(roomyPercent)
	defer debug.SetMemoryLimit(before)
	defer debug.SetGCPercent(percent)
	for {
		debug.SetMemoryLimit(memoryLimit(target, liveBytes()))
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return
		}
	}
}

// memoryLimit is the limit for a target and what is in use.
func memoryLimit(target, live int64) int64 { return max(target, live+live/4+runtimeBytes) }

// cellsWithin is how many cells of attendance are kept in memory: a quarter of the
// target, at what a cell of one day takes. What finds no place is in the store, and
// costs no call either. 0 leaves it to the cache.
func cellsWithin(targetMiB int) int {
	const cellBytes = 1280
	return targetMiB << 20 / 4 / cellBytes
}

// liveBytes is what was in use when memory was last collected.
func liveBytes() int64 {
	sample := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(sample)
	if sample[0].Value.Kind() != metrics.KindUint64 {
		return 0
	}
	return int64(min(sample[0].Value.Uint64(), 1<<62))
}
