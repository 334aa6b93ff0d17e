package quota_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hitotsu/hitotsu/internal/quota"
	"github.com/hitotsu/hitotsu/internal/store"
)

// scripted is what several processes share, as far as one of them sees it. It
// gives every turn at once and notes what it is told.
type scripted struct {
	mu sync.Mutex
	// away lets every call fail; joining, unless nil, holds back the answer to
	// those who join until it is closed. silent answers no one who asks for turns.
	away, silent bool
	joining      chan struct{}
	known        bool
	// replicas is how many processes there are, as it says.
	replicas int
	joined   [][]time.Duration
	expected []int
	late     []time.Duration
}

var errAway = errors.New("away")

func (s *scripted) set(away bool, joining chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.away, s.joining = away, joining
}

func (s *scripted) told() (joined [][]time.Duration, late []time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.joined, s.late
}

func (s *scripted) answer() (store.QuotaAnswer, error) {
	if s.away {
		return store.QuotaAnswer{}, errAway
	}
	now := time.Duration(time.Now().UnixNano())
	return store.QuotaAnswer{Known: s.known, Replicas: s.replicas, Rate: 1, Left: 20, Now: now}, nil
}

func (s *scripted) Reserve(ctx context.Context, _ store.QuotaTerms, a store.QuotaAsk) (store.QuotaAnswer, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.silent {
		s.mu.Unlock()
		<-ctx.Done()
		s.mu.Lock()
		s.silent = false
		return store.QuotaAnswer{}, ctx.Err()
	}
	answer, err := s.answer()
	if err != nil {
		return answer, err
	}
	for range a.Want {
		answer.Turns = append(answer.Turns, answer.Now)
	}
	for _, age := range a.Late {
		s.late = append(s.late, age)
	}
	return answer, nil
}

func (s *scripted) Join(
	ctx context.Context, _ store.QuotaTerms, expected int, _ time.Duration, sent []time.Duration,
) (store.QuotaAnswer, error) {
	s.mu.Lock()
	if !s.away {
		s.known = true
		s.joined, s.expected = append(s.joined, sent), append(s.expected, expected)
	}
	answer, err := s.answer()
	wait := s.joining
	s.mu.Unlock()
	if wait == nil {
		return answer, err
	}
	select {
	case <-wait:
		return answer, err
	case <-ctx.Done():
		return answer, ctx.Err()
	}
}

func (s *scripted) Beat(context.Context, store.QuotaTerms) (store.QuotaAnswer, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.answer()
}

func (s *scripted) Penalize(context.Context, store.QuotaTerms, time.Duration) (store.QuotaAnswer, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.answer()
}

func (s *scripted) Leave(context.Context, store.QuotaTerms) error { return nil }

// united returns a process that knows another one.
func (s *scripted) united(t *testing.T) *quota.Budget {
	t.Helper()
	l, err := quota.Open(t.Context(), quota.LedgerOptions{Shared: s})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := l.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	b, err := l.Budget(t.Context(), "vendor.example", wide(20))
	if err != nil {
		t.Fatal(err)
	}
	s.mu.Lock()
	s.replicas = 2
	s.mu.Unlock()
	rest(t, b, true)
	return b
}

// lost lets Redis go away for long enough for the process to send by itself.
// When it is back, nobody has given a sign of life for too long to be counted.
func (s *scripted) lost(t *testing.T, b *quota.Budget) {
	t.Helper()
	s.set(true, nil)
	rest(t, b, false)
	s.mu.Lock()
	s.replicas = 1
	s.mu.Unlock()
}

// rest lets the fake clock go on until nothing is in flux.
func rest(t *testing.T, b *quota.Budget, shared bool) {
	t.Helper()
	time.Sleep(3 * time.Second) // the fake clock's.
	synctest.Wait()
	if got := b.State().Shared; got != shared {
		t.Fatalf("the turns are shared: %t, want %t", got, shared)
	}
}

// seesNoRedis lets the fake clock go on for a while, after which the process knows.
func seesNoRedis(t *testing.T, b *quota.Budget, after time.Duration) {
	t.Helper()
	time.Sleep(after) // the fake clock's.
	synctest.Wait()
	if b.State().Shared {
		t.Fatal("it does not see that Redis is away")
	}
}

func begun(t *testing.T, b *quota.Budget) *quota.Turn {
	t.Helper()
	turn, err := b.Wait(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := turn.Begin(t.Context()); err != nil {
		t.Fatal(err)
	}
	return turn
}

// TestJoin_onItsWay: who comes back tells of the requests that may be on their
// way to the wire as well, and tells again when they have left, even if that is
// before it was answered.
func TestJoin_onItsWay(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &scripted{}
		b := s.united(t)
		s.lost(t, b)
		first, second := begun(t, b), begun(t, b)
		given, err := b.Wait(t.Context()) // and not begun: it is void then.
		if err != nil {
			t.Fatal(err)
		}
		answer := make(chan struct{})
		s.set(false, answer)
		for joined := 1; joined < 2; {
			time.Sleep(time.Millisecond) // the fake clock's.
			synctest.Wait()
			all, _ := s.told()
			joined = len(all)
		}
		all, _ := s.told()
		if want := []time.Duration{0, 0}; !cmp.Equal(all[1], want) {
			t.Fatalf("it told of %v, want %v", all[1], want)
		}
		first.Written()
		time.Sleep(100 * time.Millisecond) // the fake clock's.
		close(answer)
		synctest.Wait()
		second.Written()
		if err := given.Begin(t.Context()); err != nil { // in a place that the others gave.
			t.Fatal(err)
		}
		for _, turn := range []*quota.Turn{first, second, given} {
			turn.Done()
		}
		_, late := s.told()
		total := time.Duration(0)
		for _, age := range late {
			total += age
		}
		if len(late) != 2 || total != 100*time.Millisecond {
			t.Errorf("it told that requests left %v ago, want 100 ms and 0", late)
		}
	})
}

// TestJoin_lateWhileAway: a request in a place that the others gave left late, when
// Redis was about to be away or when it was. It is told with the return, although the
// process took no place by itself and the absence was short.
func TestJoin_lateWhileAway(t *testing.T) {
	t.Parallel()
	for name, written := range map[string]time.Duration{
		"noted, not told": 200 * time.Millisecond, "away already": 800 * time.Millisecond,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := &scripted{}
				b := s.united(t)
				turn := begun(t, b)
				time.Sleep(100 * time.Millisecond) // the fake clock's: the place is over.
				s.set(true, nil)
				time.Sleep(written) // the fake clock's.
				synctest.Wait()
				turn.Written()
				seesNoRedis(t, b, 800*time.Millisecond-written)
				s.set(false, nil)
				rest(t, b, true)
				turn.Done()
				all, _ := s.told()
				if len(all) != 2 || len(all[1]) != 1 {
					t.Errorf("it told of %v, want of one request with the return", all)
				}
			})
		})
	}
}

// TestJoin_lateWhileAsking: the same while a question for other turns is under way,
// which gets no answer.
func TestJoin_lateWhileAsking(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &scripted{}
		b := s.united(t)
		turn := begun(t, b)
		time.Sleep(100 * time.Millisecond) // the fake clock's: the place is over.
		s.mu.Lock()
		s.silent = true
		s.mu.Unlock()
		given := make(chan *quota.Turn)
		go func() { given <- begun(t, b) }()
		synctest.Wait() // it has asked
		turn.Written()
		turn.Done()
		(<-given).Done()
		all, _ := s.told()
		if len(all) != 2 || len(all[1]) != 1 {
			t.Errorf("it told of %v, want of one request with the return", all)
		}
	})
}

// TestJoin_theOthers: those that were there before Redis was away are reckoned
// with until they had the time to come back, even if this process sent nothing
// meanwhile; and after a short absence nobody has to join.
func TestJoin_theOthers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &scripted{}
		b := s.united(t)
		s.set(true, nil)
		seesNoRedis(t, b, 900*time.Millisecond)
		s.set(false, nil)
		rest(t, b, true)
		if all, _ := s.told(); len(all) != 1 {
			t.Fatalf("it joined %d times, want once, at the start", len(all))
		}
		s.lost(t, b)
		s.set(false, nil)
		time.Sleep(500 * time.Millisecond) // the fake clock's.
		synctest.Wait()
		if all, _ := s.told(); len(all) != 2 || s.expected[1] != 2 {
			t.Fatalf("it joined %d times, expecting %v; want a second time, expecting 2", len(all), s.expected)
		}
		if n := b.State().Replicas; n != 2 {
			t.Errorf("it reckons with %d while the others may still come, want 2", n)
		}
		rest(t, b, true)
		if n := b.State().Replicas; n != 1 {
			t.Errorf("it reckons with %d after that, want 1", n)
		}
	})
}
