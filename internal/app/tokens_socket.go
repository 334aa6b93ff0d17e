package app

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/hitotsu/hitotsu/internal/fault"
)

// socketName is where a gateway that runs takes requests about credentials: a
// unix socket in the data directory. Who may enter that directory may use it;
// there is no other key.
const socketName = "hitotsu.sock"

const (
	// longestSocket is the longest path that every system takes for a socket.
	longestSocket = 100
	// largestTokenMessage bounds a request and an answer; the backup is the
	// largest part.
	largestTokenMessage = 128 << 20
	// tokenTime bounds an operation: a test of thousands of credentials keeps the
	// systems' quotas.
	tokenTime = 10 * time.Minute
)

// errNobody: no gateway runs on the data directory.
var errNobody = errors.New("app: no gateway takes requests here")

// tokenSocket is the server's side.
type tokenSocket struct {
	server *http.Server
	l      net.Listener
	// remove are the paths to remove at the end.
	remove []string
	done   chan struct{}
}

// listenTokens begins to take requests about credentials in dir. Another gateway
// that does so already, on the same Redis, goes on doing it: then it returns nil
// and no error.
func listenTokens(ctx context.Context, dir string, desk *desk, log *slog.Logger) (*tokenSocket, error) {
	path := filepath.Join(dir, socketName)
	if running, err := dialTokens(ctx, dir); err == nil {
		return nil, running.Close()
	}
	// What is left of a process that was killed.
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("app: %w", err)
	}
	s := &tokenSocket{remove: []string{path}, done: make(chan struct{})}
	place := path
	if len(path) > longestSocket {
		short, err := os.MkdirTemp("", "hitotsu-sock-")
		if err != nil {
			return nil, fmt.Errorf("app: %w", err)
		}
		place = filepath.Join(short, "s")
		s.remove = append(s.remove, short)
		if err := os.Symlink(place, path); err != nil {
			return nil, errors.Join(fmt.Errorf("app: %w", err), os.Remove(short))
		}
	}
	var listen net.ListenConfig
	l, err := listen.Listen(ctx, "unix", place)
	if err == nil {
		err = os.Chmod(place, 0o600)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("app: %w", err), s.clear())
	}
	s.l = l
	s.server = &http.Server{
		Handler: tokenHandler(desk), ReadHeaderTimeout: 5 * time.Second, ReadTimeout: time.Minute,
		ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
	go func() {
		defer close(s.done)
		_ = s.server.Serve(l) // ends with close
	}()
	return s, nil
}

// socketGrace is how long an operation under way may take to end.
const socketGrace = 10 * time.Second

// close ends what is under way and removes the socket.
func (s *tokenSocket) close() {
	ctx, cancel := context.WithTimeout(context.Background(), socketGrace)
	defer cancel()
	if s.server.Shutdown(ctx) != nil {
		_ = s.server.Close() // what it could not wait for
	}
	<-s.done
	_ = s.clear() // the next start removes what is left
}

func (s *tokenSocket) clear() error {
	var errs []error
	for _, path := range s.remove {
		if err := os.RemoveAll(path); err != nil {
			errs = append(errs, fmt.Errorf("app: %w", err))
		}
	}
	return errors.Join(errs...)
}

// tokenReply is the wire form of an answer or an error.
type tokenReply struct {
	Answer TokenAnswer `json:"answer"`
	Error  *tokenError `json:"error,omitempty"`
}

type tokenError struct {
	Code    fault.Code `json:"code"`
	Message string     `json:"message"`
	System  string     `json:"system,omitempty"`
	Link    string     `json:"link,omitempty"`
}

func tokenHandler(desk *desk) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), tokenTime)
		defer cancel()
		var request TokenRequest
		var reply tokenReply
		err := json.NewDecoder(http.MaxBytesReader(w, r.Body, largestTokenMessage)).Decode(&request)
		if err != nil {
			// Its text could quote the request.
			err = fault.New(fault.BadRequest, "the request is not one that this gateway knows")
		} else {
			reply.Answer, err = desk.Do(ctx, request)
		}
		if err != nil {
			fe := fault.From(err)
			reply.Error = &tokenError{Code: fe.Code, Message: fe.Message, System: fe.System, Link: fe.Link}
		}
		body, err := json.Marshal(reply)
		if err != nil {
			w.WriteHeader(http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(body) // who went away needs no answer
	})
}

// remote is the command line's side.
type remote struct {
	client *http.Client
}

// dialTokens finds the gateway that runs on dir; errNobody if there is none.
func dialTokens(ctx context.Context, dir string) (Tokens, error) {
	path, err := filepath.EvalSymlinks(filepath.Join(dir, socketName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, errNobody
	}
	if err != nil {
		return nil, fmt.Errorf("the data directory cannot be read; run this as the gateway's user: %w", err)
	}
	dial := func(ctx context.Context, _, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, "unix", path)
	}
	conn, err := dial(ctx, "", "")
	switch {
	case errors.Is(err, syscall.ECONNREFUSED), errors.Is(err, fs.ErrNotExist):
		return nil, errNobody
	case err != nil:
		return nil, fmt.Errorf("the gateway that runs cannot be reached; run this as its user: %w", err)
	}
	if err := conn.Close(); err != nil {
		return nil, fmt.Errorf("app: %w", err)
	}
	return &remote{client: &http.Client{Transport: &http.Transport{DialContext: dial}}}, nil
}

// Do implements Tokens.
func (r *remote) Do(ctx context.Context, request TokenRequest) (TokenAnswer, error) {
	body, err := json.Marshal(request) //nolint:gosec // to the gateway of the same user, by a socket of its own
	if err != nil {
		return TokenAnswer{}, fmt.Errorf("app: %w", err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://gateway/tokens", bytes.NewReader(body))
	if err != nil {
		return TokenAnswer{}, fmt.Errorf("app: %w", err)
	}
	resp, err := r.client.Do(req)
	if err != nil {
		return TokenAnswer{}, fmt.Errorf("the gateway that runs did not answer: %w", err)
	}
	defer func() { _ = resp.Body.Close() }()
	var reply tokenReply
	if err := json.NewDecoder(io.LimitReader(resp.Body, largestTokenMessage)).Decode(&reply); err != nil {
		return TokenAnswer{}, errors.New("the gateway that runs did not answer as this program expects; " +
			"use the same version of hitotsu for both")
	}
	if e := reply.Error; e != nil {
		return reply.Answer, fault.Upstream(e.Code, e.System, e.Link, e.Message)
	}
	return reply.Answer, nil
}

// Close implements Tokens.
func (r *remote) Close() error {
	r.client.CloseIdleConnections()
	return nil
}
