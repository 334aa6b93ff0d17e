package vault_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/store/storetest"
	"github.com/hitotsu/hitotsu/internal/vault"
)

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
