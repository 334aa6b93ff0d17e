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

	"github.com/hitotsu/hitotsu/bench/systems"
	"github.com/hitotsu/hitotsu/internal/app"
	"github.com/hitotsu/hitotsu/internal/auth"
	"github.com/hitotsu/hitotsu/internal/config"
)

// caller is the bearer token of whoever asks.
const caller = "bench-token"

// gateway is one that was built; it serves once started.
type gateway struct {
	dir    string
	url    string
	asker  *asker
	cancel context.CancelFunc
	ended  chan error
	built  *app.Gateway
}

// freshGateway puts the systems back to their start and builds a new gateway that
// knows nothing. Without keeping it asks anew each time. Stop it after use.
func freshGateway(ctx context.Context, s *systems.Systems, latency time.Duration, keeping bool) (*gateway, error) {
	if err := s.Reset(ctx); err != nil {
		return nil, err
	}
	if err := s.SetLatency(ctx, latency); err != nil {
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
	g := &gateway{dir: dir, asker: newAsker()}
	parts := app.Parts{Config: c, Callers: callers, Log: slog.New(slog.DiscardHandler), Now: time.Now}
	if g.built, err = app.Build(ctx, parts); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	return g, nil
}

// start serves. The gateway begins to read who there is at once.
func (g *gateway) start(ctx context.Context) error {
	var listen net.ListenConfig
	l, err := listen.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	g.url = "http://" + l.Addr().String() + "/graphql"
	own, cancel := context.WithCancel(ctx)
	g.cancel, g.ended = cancel, make(chan error, 1)
	go func() { g.ended <- g.built.Run(own, l) }()
	return nil
}

// environ is the configuration. Only Carely states a rate; the others are asked
// as fast as the connections allow, as the handler does.
func environ(s *systems.Systems, dir string, keeping bool) []string {
	key := make([]byte, 32)
	_, _ = rand.Read(key) // never fails
	env := []string{
		"HITOTSU_DATA_DIR=" + dir, "HITOTSU_ENCRYPTION_KEY=" + base64.StdEncoding.EncodeToString(key),
		"HITOTSU_AKASHI_REQUESTS_PER_SECOND=" + itoa(unpaced), "HITOTSU_JOBCAN_REQUESTS_PER_SECOND=" + itoa(unpaced),
		"HITOTSU_YESOD_REQUESTS_PER_SECOND=" + itoa(unpaced),
		"HITOTSU_OPERATION_BUDGET=60s", "HITOTSU_WRITE_TIMEOUT=70s",
	}
	for name, value := range s.Env {
		if name != "HITOTSU_AKASHI_EMPLOYEE_TOKENS_FILE" {
			env = append(env, name+"="+value)
		}
	}
	if !keeping {
		env = append(env, "HITOTSU_LOOKUP_CACHE=false")
	}
	return env
}

// asks returns the function that asks a query.
func (g *gateway) asks(ctx context.Context, text string) func() ([]byte, error) {
	body, err := json.Marshal(map[string]string{"query": text})
	return func() ([]byte, error) {
		if err != nil {
			return nil, err
		}
		return g.asker.post(ctx, g.url, body)
	}
}

// stop may be called on nil, and on a gateway that was never started.
func (g *gateway) stop() error {
	if g == nil {
		return nil
	}
	var err error
	if g.cancel != nil {
		g.cancel()
		err = <-g.ended
	}
	g.asker.http.CloseIdleConnections()
	return errors.Join(err, g.built.Close(), os.RemoveAll(g.dir))
}
