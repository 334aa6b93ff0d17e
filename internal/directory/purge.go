package directory

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"

	"github.com/hitotsu/hitotsu/internal/hr"
)

// Purge forgets the ids of these records, and every record that was seen as the
// same person. It returns the records it forgot. Gateways that run keep the ids in
// memory until they end; that is no more than a vendor's record id.
func (s *Identities) Purge(ctx context.Context, records []hr.Ref) ([]string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.load(ctx); err != nil {
		return nil, err
	}
	people := map[hr.EmployeeID]bool{}
	for _, r := range records {
		people[anchorID(r)] = true
		if id, ok := s.get(r.String()); ok {
			people[id] = true
		}
	}
	var forgotten []string
	for n := range s.shards {
		left := maps.Clone(s.shards[n].byRef)
		for ref, id := range left {
			if people[id] {
				forgotten = append(forgotten, ref)
				delete(left, ref)
			}
		}
		if len(left) == len(s.shards[n].byRef) {
			continue
		}
		value, err := json.Marshal(left)
		if err != nil {
			return nil, fmt.Errorf("directory: encode identities: %w", err)
		}
		version, err := s.docs.Put(ctx, shardKey(n), value, s.shards[n].version)
		if err != nil {
			return nil, fmt.Errorf("directory: purge identities: %w", err)
		}
		s.shards[n] = shard{byRef: left, version: version}
	}
	return forgotten, nil
}
