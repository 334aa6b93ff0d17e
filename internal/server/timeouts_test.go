package server_test

import (
	"context"
	"io"
	"net"
	"testing"
	"time"

	"github.com/hitotsu/hitotsu/internal/server"
)

// A client that does not finish its header is let go after the time that was set:
// without it this test would end at its own limit.
func TestServe_timeouts(t *testing.T) {
	t.Parallel()
	e := setup(t, func(o *server.Options) { o.Timeouts.ReadHeader = 50 * time.Millisecond })
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	served := make(chan error, 1)
	go func() { served <- e.Serve(ctx, l) }()
	began := time.Now()
	c, err := new(net.Dialer).DialContext(t.Context(), "tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := io.WriteString(c, "POST /graphql HTTP/1.1\r\n"); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadAll(c); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(began); took >= 4*time.Second {
		t.Errorf("let go after %s, which is the default and not what was set", took)
	}
	stop()
	if err := <-served; err != nil {
		t.Error(err)
	}
}
