// Package storetest helps tests that need a store: it starts real redis-servers
// and holds the suite that every implementation of store.Documents must pass.
// Only tests may import it.
package storetest

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
)

// RedisServer is a redis-server process of a test.
type RedisServer struct {
	// URL is where it listens: a unix socket, so that tests need no ports.
	URL string

	dir  string
	args []string // beside those that every server gets
	cmd  *exec.Cmd
}

// StartRedis starts a redis-server that writes everything to disk before it
// answers. It ends with the test.
func StartRedis(tb testing.TB) *RedisServer {
	tb.Helper()
	return startRedis(tb, "--port", "0")
}

func startRedis(tb testing.TB, args ...string) *RedisServer {
	tb.Helper()
	if _, err := exec.LookPath("redis-server"); err != nil {
		tb.Fatal("redis-server is not installed; run the tests by `make test`, which installs what they need " +
			"(or: apt-get install redis-server)")
	}
	//nolint:usetesting // a unix socket's path must be short, and that of tb.TempDir may not be
	dir, err := os.MkdirTemp("", "hitotsu-redis-")
	if err != nil {
		tb.Fatal(err)
	}
	r := &RedisServer{URL: "unix://" + filepath.Join(dir, "s"), dir: dir, args: args}
	tb.Cleanup(func() {
		r.Kill()
		if err := os.RemoveAll(dir); err != nil {
			tb.Error(err)
		}
	})
	r.Start(tb)
	return r
}

// Start starts the server again after Kill, with the data it had.
func (r *RedisServer) Start(tb testing.TB) {
	tb.Helper()
	var output bytes.Buffer
	args := append([]string{
		"--unixsocket", filepath.Join(r.dir, "s"), "--dir", r.dir, "--save", "",
		"--appendonly", "yes", "--appendfsync", "always",
	}, r.args...)
	r.cmd = exec.Command("redis-server", args...)
	r.cmd.Stdout, r.cmd.Stderr = &output, &output
	if err := r.cmd.Start(); err != nil {
		tb.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	client := redis.NewClient(&redis.Options{
		Network: "unix", Addr: filepath.Join(r.dir, "s"), MaxRetries: -1, ContextTimeoutEnabled: true,
	})
	defer func() { _ = client.Close() }() // the server is what is tested
	ticker := time.NewTicker(5 * time.Millisecond)
	defer ticker.Stop()
	for client.Ping(ctx).Err() != nil {
		select {
		case <-ctx.Done():
			r.Kill()
			tb.Fatalf("redis-server does not answer:\n%s", output.String())
		case <-ticker.C:
		}
	}
}

// Kill ends the server as kill -9 does.
func (r *RedisServer) Kill() {
	if r.cmd == nil {
		return
	}
	// Both fail only if the process has ended already.
	_ = r.cmd.Process.Kill()
	_ = r.cmd.Wait()
	r.cmd = nil
}

// Client returns a bare client to the server, closed with the test.
func (r *RedisServer) Client(tb testing.TB) *redis.Client {
	tb.Helper()
	client := redis.NewClient(&redis.Options{Network: "unix", Addr: filepath.Join(r.dir, "s")})
	tb.Cleanup(func() { _ = client.Close() }) // nothing depends on it
	return client
}
