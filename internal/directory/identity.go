package directory

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"log/slog"
	"maps"
	"sync"

	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/internal/store"
)

// Identities remembers which employee each record was seen as.
//
// An id is made of the first record by which a person was known. When AKASHI is
// down as the index is first built, people are anchored in the next system, and
// must keep that id once AKASHI is back, or once their first record is gone; so
// the choice is stored under every record of the person. An id also tells its
// own record, therefore an id that was given up in a merge still resolves
// through the record inside it.
//
// The store may be away. Then ids are chosen from memory, which differs from the
// stored choice only for people whose first record is not AKASHI's, and nothing
// is written before the stored choices were read.
type Identities struct {
	docs store.Documents
	log  *slog.Logger

	mu     sync.Mutex
	loaded bool
	shards [identityShards]shard
}

// shard is a part of the choices, small enough for one document.
type shard struct {
	byRef   map[string]hr.EmployeeID // hr.Ref.String() -> id
	version uint64                   // in the store
}

// identityShards keeps each document far below the store's limit with 20,000
// people in four systems. Documents hold vendors' record ids, nothing personal.
const identityShards = 16

// NewIdentities returns identities kept in docs.
func NewIdentities(docs store.Documents, log *slog.Logger) *Identities {
	s := &Identities{docs: docs, log: log}
	for i := range s.shards {
		s.shards[i].byRef = map[string]hr.EmployeeID{}
	}
	return s
}

func shardOf(ref string) int {
	h := fnv.New32a()
	_, _ = h.Write([]byte(ref)) // a hash never fails
	return int(h.Sum32() % identityShards)
}

func shardKey(i int) string { return fmt.Sprintf("directory/identities/%02d", i) }

func (s *Identities) get(ref string) (hr.EmployeeID, bool) {
	id, ok := s.shards[shardOf(ref)].byRef[ref]
	return id, ok
}

// assign gives each group its id, stores new choices, and returns the ids in
// the order of groups.
func (s *Identities) assign(ctx context.Context, groups []group) []hr.EmployeeID {
	s.mu.Lock()
	defer s.mu.Unlock()
	refs := keysOf(groups)
	if err := s.load(ctx); err != nil {
		s.log.WarnContext(ctx, "identities not read from the store", slog.Any("error", err))
		return s.choose(groups, refs)
	}
	ids := s.choose(groups, refs)
	fresh := map[int]map[string]hr.EmployeeID{}
	for i := range groups {
		for _, ref := range refs[i] {
			if known, ok := s.get(ref); ok && known == ids[i] {
				continue
			}
			n := shardOf(ref)
			if fresh[n] == nil {
				fresh[n] = map[string]hr.EmployeeID{}
			}
			fresh[n][ref] = ids[i]
		}
	}
	for n, choices := range fresh {
		if err := s.save(ctx, n, choices); err != nil {
			s.log.WarnContext(ctx, "identities not written to the store", slog.Any("error", err))
			break
		}
	}
	return ids
}

// preview returns the ids that assign would give, and stores nothing.
func (s *Identities) preview(ctx context.Context, groups []group) []hr.EmployeeID {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.load(ctx); err != nil {
		s.log.WarnContext(ctx, "identities not read from the store", slog.Any("error", err))
	}
	return s.choose(groups, keysOf(groups))
}

// keysOf are the records of groups, as choices are stored by them.
func keysOf(groups []group) [][]string {
	out := make([][]string, len(groups))
	for i, g := range groups {
		out[i] = make([]string, len(g))
		for k, r := range g {
			out[i][k] = r.Ref.String()
		}
	}
	return out
}

// choose picks an id for each group: the stored id of its first record, unless
// that id belongs with a record that now stands in another group (people whom
// a changed code drew apart).
func (s *Identities) choose(groups []group, refs [][]string) []hr.EmployeeID {
	home := map[hr.Ref]int{}
	for i, g := range groups {
		for _, r := range g {
			home[r.Ref] = i
		}
	}
	ids := make([]hr.EmployeeID, len(groups))
	taken := make(map[hr.EmployeeID]bool, len(groups))
	for i, g := range groups {
		for _, ref := range refs[i] {
			id, ok := s.get(ref)
			if ok && !taken[id] && atHome(home, id, i) {
				ids[i] = id
				break
			}
		}
		if ids[i] == "" {
			ids[i] = anchorID(g[0].Ref)
		}
		taken[ids[i]] = true
	}
	return ids
}

// atHome tells whether the record that an id is made of stands in a group, or in
// none.
func atHome(home map[hr.Ref]int, id hr.EmployeeID, of int) bool {
	kind, ref, err := hr.DecodeID(string(id))
	at, present := home[ref]
	return err != nil || kind != hr.KindEmployee || !present || at == of
}

func anchorID(ref hr.Ref) hr.EmployeeID {
	return hr.EmployeeID(hr.EncodeID(hr.KindEmployee, ref))
}

func (s *Identities) load(ctx context.Context) error {
	if s.loaded {
		return nil
	}
	for n := range s.shards {
		if err := s.loadShard(ctx, n); err != nil {
			return err
		}
	}
	s.loaded = true
	return nil
}

func (s *Identities) loadShard(ctx context.Context, n int) error {
	doc, err := s.docs.Get(ctx, shardKey(n))
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("directory: load identities: %w", err)
	}
	stored := map[string]hr.EmployeeID{}
	if err := json.Unmarshal(doc.Value, &stored); err != nil {
		return fmt.Errorf("directory: identities in the store are damaged: %w", err)
	}
	s.shards[n] = shard{byRef: stored, version: doc.Version}
	return nil
}

// save adds choices to a shard. When another replica wrote first its choices
// are read and win, because ids that were handed out must not change.
func (s *Identities) save(ctx context.Context, n int, choices map[string]hr.EmployeeID) error {
	for range 5 {
		next := choices
		if known := s.shards[n].byRef; len(known) > 0 {
			next = maps.Clone(known)
			maps.Copy(next, choices)
		}
		value, err := json.Marshal(next)
		if err != nil {
			return fmt.Errorf("directory: encode identities: %w", err)
		}
		version, err := s.docs.Put(ctx, shardKey(n), value, s.shards[n].version)
		if err == nil {
			s.shards[n] = shard{byRef: next, version: version}
			return nil
		}
		if !errors.Is(err, store.ErrConflict) {
			return fmt.Errorf("directory: save identities: %w", err)
		}
		if err := s.loadShard(ctx, n); err != nil {
			return err
		}
		for ref := range choices {
			if _, ok := s.shards[n].byRef[ref]; ok {
				delete(choices, ref)
			}
		}
	}
	return fmt.Errorf("directory: save identities: %w", store.ErrConflict)
}
