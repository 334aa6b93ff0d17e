// Package storetest helps tests that need a store: it starts real redis-servers,
// alone, as a Cluster and behind Sentinel, and holds the suites that every
// implementation of the interfaces of store must pass. Only tests may import it.
package storetest

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
)

// RedisServer is a redis-server process of a test.
type RedisServer struct {
	// URL is where it listens: a unix socket, so that tests need no ports. On a
	// node of a Cluster it is good for questions to that node only.
	URL string

	dir  string
	args []string
	cmd  *exec.Cmd
}

// StartRedis starts a redis-server that writes everything to disk before it
// answers. More arguments come after those of every server. It ends with the
// test.
func StartRedis(tb testing.TB, args ...string) *RedisServer {
	tb.Helper()
	return startRedis(tb, append([]string{"--port", "0"}, args...)...)
}

func startRedis(tb testing.TB, args ...string) *RedisServer {
	tb.Helper()
	r := newServer(tb)
	r.args = append([]string{"--save", "", "--appendonly", "yes", "--appendfsync", "always"}, args...)
	r.Start(tb)
	return r
}

// newServer makes the directory of a server that is not started.
func newServer(tb testing.TB) *RedisServer {
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
	r := &RedisServer{URL: "unix://" + filepath.Join(dir, "s"), dir: dir}
	tb.Cleanup(func() {
		r.Kill()
		if err := os.RemoveAll(dir); err != nil {
			tb.Error(err)
		}
	})
	return r
}

// Start starts the server again after Kill, with the data it had.
func (r *RedisServer) Start(tb testing.TB) {
	tb.Helper()
	output := r.launch(tb)
	ctx, cancel := context.WithTimeout(context.Background(), startTime)
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

const startTime = 30 * time.Second

// launch starts the process without waiting for it. Its output may be read once
// it has ended.
func (r *RedisServer) launch(tb testing.TB) *bytes.Buffer {
	tb.Helper()
	var output bytes.Buffer
	args := append([]string{}, r.args...)
	r.cmd = exec.Command("redis-server", append(args, "--unixsocket", filepath.Join(r.dir, "s"), "--dir", r.dir)...)
	r.cmd.Stdout, r.cmd.Stderr = &output, &output
	if err := r.cmd.Start(); err != nil {
		tb.Fatal(err)
	}
	return &output
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

// Stop ends the server as an operator does: it finishes what it has and leaves.
func (r *RedisServer) Stop(tb testing.TB) {
	tb.Helper()
	r.signal(tb, syscall.SIGTERM)
	_ = r.cmd.Wait() // its exit code says nothing more
	r.cmd = nil
}

// Hang stops the server without closing its connections, until Resume.
func (r *RedisServer) Hang(tb testing.TB) { r.signal(tb, syscall.SIGSTOP) }

// Resume lets a server go on that hangs.
func (r *RedisServer) Resume(tb testing.TB) { r.signal(tb, syscall.SIGCONT) }

func (r *RedisServer) signal(tb testing.TB, s syscall.Signal) {
	tb.Helper()
	if err := r.cmd.Process.Signal(s); err != nil {
		tb.Fatal(err)
	}
}

// Client returns a bare client to the server, closed with the test.
func (r *RedisServer) Client(tb testing.TB) *redis.Client {
	tb.Helper()
	client := redis.NewClient(&redis.Options{Network: "unix", Addr: filepath.Join(r.dir, "s")})
	tb.Cleanup(func() { _ = client.Close() }) // nothing depends on it
	return client
}
