package vault_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/hitotsu/hitotsu/internal/store"
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
