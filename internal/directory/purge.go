package directory

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"

	"github.com/hitotsu/hitotsu/internal/hr"
)

// Of returns every record that was seen as the person of one of these, as it is
// stored when the first call is made.
func (s *Identities) Of(ctx context.Context, records []hr.Ref) ([]string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.load(ctx); err != nil {
		return nil, err
	}
	people, all := s.people(records), []string{}
	for n := range s.shards {
		for ref, id := range s.shards[n].byRef {
			if people[id] {
				all = append(all, ref)
			}
		}
	}
	return all, nil
}

// people are the ids that the records were given.
func (s *Identities) people(records []hr.Ref) map[hr.EmployeeID]bool {
	people := map[hr.EmployeeID]bool{}
	for _, r := range records {
		people[anchorID(r)] = true
		if id, ok := s.get(r.String()); ok {
			people[id] = true
		}
	}
	return people
}

// Purge forgets the ids of these records, and every record that was seen as the
// same person. Gateways that run keep the ids in memory until they end; that is no
// more than a vendor's record id.
func (s *Identities) Purge(ctx context.Context, records []hr.Ref) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.load(ctx); err != nil {
		return err
	}
	people := s.people(records)
	for n := range s.shards {
		left := maps.Clone(s.shards[n].byRef)
		maps.DeleteFunc(left, func(_ string, id hr.EmployeeID) bool { return people[id] })
		if len(left) == len(s.shards[n].byRef) {
			continue
		}
		value, err := json.Marshal(left)
		if err != nil {
			return fmt.Errorf("directory: encode identities: %w", err)
		}
		version, err := s.docs.Put(ctx, shardKey(n), value, s.shards[n].version)
		if err != nil {
			return fmt.Errorf("directory: purge identities: %w", err)
		}
		s.shards[n] = shard{byRef: left, version: version}
	}
	return nil
}
