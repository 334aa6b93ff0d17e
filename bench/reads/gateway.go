package main

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"log/slog"
	"net"
	"os"
	"time"

	"github.com/hitotsu/hitotsu/internal/app"
	"github.com/hitotsu/hitotsu/internal/auth"
	"github.com/hitotsu/hitotsu/internal/config"
)

// caller is the bearer token of whoever asks.
const caller = "bench-token"

// gateway is a running one.
type gateway struct {
	dir     string
	address string
	cancel  context.CancelFunc
	ended   chan error
	built   *app.Gateway
}

// freshGateway puts the systems back to their start and runs a new gateway that
// knows nothing. Without keeping it asks anew each time.
func freshGateway(ctx context.Context, s *systems, latency time.Duration, keeping bool) (*gateway, error) {
	if err := s.reset(ctx); err != nil {
		return nil, err
	}
	if err := s.setLatency(ctx, latency); err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "hitotsu-bench-data-")
	if err != nil {
		return nil, err
	}
	c, err := config.Load(config.Options{Environ: environ(s, dir, keeping), WithoutCallers: true})
	if err != nil {
		return nil, err
	}
	callers, err := auth.NewStatic([]auth.Static{{Caller: auth.Caller{Name: "bench", Role: auth.HR}, Token: caller}})
	if err != nil {
		return nil, err
	}
	g := &gateway{dir: dir, ended: make(chan error, 1)}
	parts := app.Parts{Config: c, Callers: callers, Log: slog.New(slog.DiscardHandler), Now: time.Now}
	if g.built, err = app.Build(ctx, parts); err != nil {
		return nil, err
	}
	var listen net.ListenConfig
	l, err := listen.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	g.address = "http://" + l.Addr().String() + "/graphql"
	own, cancel := context.WithCancel(ctx)
	g.cancel = cancel
	go func() { g.ended <- g.built.Run(own, l) }()
	return g, nil
}

// environ is the configuration. Only Carely states a rate; the others are asked
// as fast as the connections allow, as the handler does.
func environ(s *systems, dir string, keeping bool) []string {
	key := make([]byte, 32)
	_, _ = rand.Read(key) // never fails
	env := []string{
		"HITOTSU_DATA_DIR=" + dir, "HITOTSU_ENCRYPTION_KEY=" + base64.StdEncoding.EncodeToString(key),
		"HITOTSU_AKASHI_REQUESTS_PER_SECOND=1000", "HITOTSU_JOBCAN_REQUESTS_PER_SECOND=1000",
		"HITOTSU_YESOD_REQUESTS_PER_SECOND=1000", "HITOTSU_OPERATION_BUDGET=60s", "HITOTSU_WRITE_TIMEOUT=70s",
	}
	for name, value := range s.env {
		if name != "HITOTSU_AKASHI_EMPLOYEE_TOKENS_FILE" {
			env = append(env, name+"="+value)
		}
	}
	if !keeping {
		env = append(env, "HITOTSU_LOOKUP_CACHE=false")
	}
	return env
}

func (g *gateway) ask(ctx context.Context, text string) ([]byte, error) {
	body, err := json.Marshal(map[string]string{"query": text})
	if err != nil {
		return nil, err
	}
	return post(ctx, g.address, body)
}

// stop may be called on nil.
func (g *gateway) stop() error {
	if g == nil {
		return nil
	}
	g.cancel()
	return errors.Join(<-g.ended, g.built.Close(), os.RemoveAll(g.dir))
}
