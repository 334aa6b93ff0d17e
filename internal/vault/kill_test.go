package vault_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/hitotsu/hitotsu/internal/config"
	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/store"
	"github.com/hitotsu/hitotsu/internal/store/storetest"
	"github.com/hitotsu/hitotsu/internal/vault"
)

// childVariable makes the test binary a process that exchanges a token and is
// killed meanwhile; its value is a childPlan.
const childVariable = "HITOTSU_TEST_VAULT_CHILD"

// longVariable runs the long suites whole.
const longVariable = "HITOTSU_TEST_LONG"

func TestMain(m *testing.M) {
	if plan := os.Getenv(childVariable); plan != "" {
		if err := exchangeAndDie(context.Background(), plan); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// The steps at which a process is killed.
const (
	beforeMark     = "before the mark"
	afterMark      = "after the mark"
	requestSent    = "request sent"      // the system has it and has not looked at it
	answerOnItsWay = "answer on its way" // the system has exchanged
	answerRead     = "answer read"
	beforeStore    = "before the store" // and after the journal
	afterStore     = "after the store"
	afterUse       = "after the first use"
	atAnyTime      = "at any time"
)

func steps() []string {
	return []string{
		beforeMark, afterMark, requestSent, answerOnItsWay, answerRead, beforeStore, afterStore, afterUse, atAnyTime,
	}
}

// childPlan says what a child does and when it dies.
type childPlan struct {
	// Store is a directory or a Redis URL, Prefix that of the keys there.
	Store, Prefix string
	Journal       string
	Server        string
	Step          string
	// Ahead is how far the clock is ahead of this machine's.
	Ahead time.Duration
}

func (p *childPlan) now() time.Time { return time.Now().Add(p.Ahead) }

func (p *childPlan) shared() bool { return strings.Contains(p.Store, "://") }

func (p *childPlan) open() (documents, error) {
	if p.shared() {
		return store.OpenRedis(p.Store, store.RedisOptions{Prefix: p.Prefix})
	}
	return store.OpenBolt(p.Store, store.BoltOptions{LockTimeout: time.Minute})
}

type documents interface {
	store.Documents
	Exclusive() bool
	Close() error
}

// mortal kills its process at the writes of an exchange.
type mortal struct {
	documents

	step  string
	armed bool
	puts  int
}

func (m *mortal) dieAt(step string) {
	if m.armed && m.step == step {
		_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
		select {}
	}
}

func (m *mortal) Put(ctx context.Context, key string, value []byte, expected uint64) (uint64, error) {
	if !m.armed || key != companyKey {
		return m.documents.Put(ctx, key, value, expected)
	}
	m.puts++
	around := [][2]string{{beforeMark, afterMark}, {beforeStore, afterStore}}[min(m.puts, 2)-1]
	m.dieAt(around[0])
	version, err := m.documents.Put(ctx, key, value, expected)
	m.dieAt(around[1])
	return version, err
}

// exchangeAndDie is the child: it exchanges the token once, uses the new one and
// is killed on the way.
func exchangeAndDie(ctx context.Context, text string) error {
	var plan childPlan
	if err := json.Unmarshal([]byte(text), &plan); err != nil {
		return err
	}
	docs, err := plan.open()
	if err != nil {
		return err
	}
	process := &mortal{documents: docs, step: plan.Step}
	v, err := vault.Open(process, key(1), vault.Options{JournalDir: plan.Journal, Now: plan.now})
	if err != nil {
		return err
	}
	client := &tokenClient{url: plan.Server}
	s := client.spec()
	exchange := s.Exchange
	s.Exchange = func(ctx context.Context, c vault.Credential) (vault.Credential, error) {
		got, err := exchange(ctx, c)
		process.dieAt(answerRead)
		return got, err
	}
	src, err := v.Source(ctx, s)
	if err != nil {
		return err
	}
	process.armed = true
	if err := src.Rotate(ctx); err != nil {
		return err
	}
	got, err := src.Token(ctx)
	if err != nil {
		return err
	}
	if err := client.use(ctx, got); err != nil {
		return err
	}
	process.dieAt(afterUse)
	return errors.Join(v.Close(ctx), docs.Close())
}

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

// TestVault_killed lets processes exchange a token and kills them by SIGKILL at
// every step. Whatever comes next must have a token that works. Only where the
// system ends the old token at once, and nobody has heard or kept its answer, is
// the link lost; then one call of the system tells.
func TestVault_killed(t *testing.T) {
	t.Parallel()
	rounds := 3 * len(steps()) // each step three times: see round
	if os.Getenv(longVariable) != "" {
		rounds = 1000
	}
	redis := storetest.StartRedis(t)
	for _, shared := range []bool{false, true} {
		for _, strict := range []bool{false, true} {
			name := fmt.Sprintf("shared=%t strict=%t", shared, strict)
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				k := &killer{server: newTokenServer(t, strict), seed: rand.New(rand.NewPCG(1, 2))} //nolint:gosec // a test's order
				k.plan = childPlan{Store: t.TempDir(), Server: k.server.URL}
				if shared {
					k.redis = redis
					k.plan = childPlan{
						Store: redis.URL, Prefix: fmt.Sprintf("strict-%t", strict), Journal: t.TempDir(), Server: k.server.URL,
					}
				}
				for i := range rounds {
					k.plan.Step = steps()[i%len(steps())]
					k.round(t, i)
				}
				t.Logf("%d rounds, %d of them after an exchange, %d relinks, none needless", rounds, k.exchanged, k.relinks)
				if strict != (k.relinks > 0) {
					t.Errorf("%d relinks", k.relinks)
				}
			})
		}
	}
}

type killer struct {
	server *tokenServer
	redis  *storetest.RedisServer // nil with the own store
	plan   childPlan
	seed   *rand.Rand

	relinks, exchanged int
}

// round kills one child and recovers.
func (k *killer) round(t *testing.T, i int) {
	t.Helper()
	given, _ := k.server.counts()
	k.kill(t)
	now, _ := k.server.counts()
	spent := now > given
	if spent {
		k.exchanged++
	}
	plan, later := k.plan, false
	if k.redis != nil && k.plan.Step != atAnyTime {
		switch i / len(steps()) % 3 {
		case 1: // what follows is on another machine, once the dead one's mark is old
			later = true
			if k.plan.Step != beforeStore {
				plan.Journal = t.TempDir()
			}
		case 2: // Redis loses everything
			later = true
			k.empty(t)
		}
	}
	if lost := k.recover(t, plan, later); lost && !k.mayLose(spent) {
		t.Fatalf("round %d, %s: needlessly lost", i, k.plan.Step)
	}
}

// mayLose reports whether the answer to the exchange cannot be known any more.
func (k *killer) mayLose(spent bool) bool {
	if !k.server.strict || !spent {
		return false
	}
	switch k.plan.Step {
	case requestSent, answerOnItsWay, answerRead, atAnyTime:
		return true
	case beforeStore:
		return k.redis == nil // with Redis, the journal has it
	default:
		return false
	}
}

// kill runs a child until it is dead.
func (k *killer) kill(t *testing.T) {
	t.Helper()
	text, err := json.Marshal(k.plan)
	if err != nil {
		t.Fatal(err)
	}
	child := exec.CommandContext(t.Context(), os.Args[0]) //nolint:gosec // this very test binary
	child.Env = append(os.Environ(), childVariable+"="+string(text))
	var output strings.Builder
	child.Stderr = &output
	ended := make(chan struct{})
	kill := func() {
		_ = child.Process.Signal(syscall.SIGKILL) // it may have ended by itself
		<-ended
	}
	k.server.mu.Lock()
	k.server.atRequest, k.server.atAnswer = nil, nil
	switch k.plan.Step {
	case requestSent:
		k.server.atRequest = kill
	case answerOnItsWay:
		k.server.atAnswer = kill
	}
	err = child.Start() // before any of its requests is looked at
	k.server.mu.Unlock()
	if err != nil {
		t.Fatal(err)
	}
	if k.plan.Step == atAnyTime {
		delay := time.Duration(k.seed.Int64N(int64(25 * time.Millisecond)))
		timer := time.AfterFunc(delay, func() { _ = child.Process.Signal(syscall.SIGKILL) })
		defer timer.Stop()
	}
	err = child.Wait()
	close(ended)
	if child.ProcessState.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL && (k.plan.Step != atAnyTime || err != nil) {
		t.Fatalf("%s: the child ended by itself: %v\n%s", k.plan.Step, err, output.String())
	}
	k.server.drain(t)
}

// recover begins where the child ended, and reports whether the link is lost. If
// it is, a person links it anew.
func (k *killer) recover(t *testing.T, plan childPlan, later bool) (lost bool) {
	t.Helper()
	ctx := t.Context()
	docs, err := plan.open()
	if err != nil {
		t.Fatal(err)
	}
	opts := vault.Options{JournalDir: plan.Journal, Now: plan.now}
	if later {
		begun := plan.now()
		opts.Now = func() time.Time { // a minute a look
			begun = begun.Add(time.Minute)
			return begun
		}
		k.plan.Ahead += 24 * time.Hour
	}
	v, err := vault.Open(docs, key(1), opts)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := errors.Join(v.Close(ctx), docs.Close()); err != nil {
			t.Error(err)
		}
	}()
	client := &tokenClient{url: k.plan.Server}
	src, err := v.Source(ctx, client.spec())
	if err != nil {
		t.Fatal(err)
	}
	_, before := k.server.counts()
	got, err := src.Token(ctx)
	if err == nil {
		if err = client.use(ctx, got); err != nil { // what a call does on a refusal, once
			src.Invalidate(ctx, got)
			if got, err = src.Token(ctx); err == nil {
				err = client.use(ctx, got)
			}
		}
	}
	if err == nil {
		return false
	}
	for range 2 { // no loop
		if _, err := src.Token(ctx); fault.CodeOf(err) != fault.RelinkNeeded {
			t.Fatalf("%s: %v, want RELINK_NEEDED", plan.Step, err)
		}
	}
	if _, after := k.server.counts(); after > before+1 {
		t.Errorf("%s: the lost token was tried %d times", plan.Step, after-before)
	}
	k.relinks++
	k.server.mu.Lock()
	fresh := k.server.issue()
	k.server.mu.Unlock()
	if err := v.Put(ctx, companyID(), access(fresh)); err != nil {
		t.Fatal(err)
	}
	return true
}

// empty removes everything of this test from Redis.
func (k *killer) empty(t *testing.T) {
	t.Helper()
	client := k.redis.Client(t)
	keys, err := client.Keys(t.Context(), k.plan.Prefix+":*").Result()
	if err != nil || len(keys) == 0 {
		t.Fatal("nothing to remove: ", err)
	}
	if err := client.Del(t.Context(), keys...).Err(); err != nil {
		t.Fatal(err)
	}
}
