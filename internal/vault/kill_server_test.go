package vault_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/hitotsu/hitotsu/internal/config"
	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/vault"
)

// tokenServer is a system that exchanges tokens over HTTP. A strict one ends the
// old token at once.
type tokenServer struct {
	*httptest.Server

	strict bool

	mu    sync.Mutex
	live  map[string]bool
	given int
	asked int
	// conns counts open connections.
	conns   int
	settled *sync.Cond
	// atRequest and atAnswer are called when a request has arrived and when it
	// was carried out but not answered.
	atRequest, atAnswer func()
}

func newTokenServer(t *testing.T, strict bool) *tokenServer {
	t.Helper()
	s := &tokenServer{strict: strict, live: map[string]bool{canary + "-seed": true}}
	s.settled = sync.NewCond(&s.mu)
	s.Server = httptest.NewUnstartedServer(s)
	s.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		s.mu.Lock()
		defer s.mu.Unlock()
		switch state {
		case http.StateNew:
			s.conns++
		case http.StateClosed:
			s.conns--
			s.settled.Broadcast()
		default:
		}
	}
	s.Start()
	t.Cleanup(s.Close)
	return s
}

func (s *tokenServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	token := r.Header.Get("Authorization")
	if r.Method == http.MethodPost {
		s.asked++
		if s.atRequest != nil {
			s.atRequest()
		}
	}
	if !s.live[token] {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	if r.Method != http.MethodPost {
		return
	}
	fresh := s.issue()
	if s.strict {
		delete(s.live, token)
	}
	if s.atAnswer != nil {
		s.atAnswer()
	}
	_, _ = io.WriteString(w, fresh) // the child may be dead
}

// drain waits until everything that a dead child has sent is carried out. A
// connection of our own is accepted after all of the child's.
func (s *tokenServer) drain(t *testing.T) {
	t.Helper()
	client := &tokenClient{url: s.URL}
	if err := client.use(t.Context(), "x"); fault.CodeOf(err) != fault.UpstreamUnauthorized {
		t.Fatal(err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.conns > 0 {
		s.settled.Wait()
	}
	s.atRequest, s.atAnswer = nil, nil
}

// issue makes a token; called with mu held.
func (s *tokenServer) issue() string {
	s.given++
	fresh := fmt.Sprintf("%s-%d", canary, s.given)
	s.live[fresh] = true
	return fresh
}

func (s *tokenServer) counts() (given, asked int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.given, s.asked
}

// tokenClient is the other side.
type tokenClient struct {
	url  string
	http http.Client
}

func (c *tokenClient) spec() vault.Spec {
	return vault.Spec{
		ID: companyID(), Seed: vault.Seed{Access: config.NewSecret(canary + "-seed")},
		Exchange: func(ctx context.Context, current vault.Credential) (vault.Credential, error) {
			fresh, err := c.do(ctx, http.MethodPost, current.Access.Reveal())
			return vault.Credential{Access: config.NewSecret(fresh)}, err
		},
	}
}

func (c *tokenClient) use(ctx context.Context, token string) error {
	_, err := c.do(ctx, http.MethodGet, token)
	return err
}

func (c *tokenClient) do(ctx context.Context, method, token string) (string, error) {
	r, err := http.NewRequestWithContext(ctx, method, c.url, nil)
	if err != nil {
		return "", err
	}
	r.Header.Set("Authorization", token)
	r.Close = true
	answer, err := c.http.Do(r)
	if err != nil {
		return "", err
	}
	body, err := io.ReadAll(answer.Body)
	_ = answer.Body.Close() // it was read
	if answer.StatusCode == http.StatusUnauthorized {
		return "", fault.New(fault.UpstreamUnauthorized, "no such token")
	}
	return string(body), err
}
