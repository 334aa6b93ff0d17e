package storetest

import (
	"context"
	"testing"
	"time"
)

// Eventually tries until it succeeds, for 30 s.
func Eventually(tb testing.TB, try func() error) {
	tb.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	ticker := time.NewTicker(5 * time.Millisecond)
	defer ticker.Stop()
	for {
		err := try()
		if err == nil {
			return
		}
		select {
		case <-ctx.Done():
			tb.Fatal(err)
		case <-ticker.C:
		}
	}
}
