package writes

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/internal/sources"
	"github.com/hitotsu/hitotsu/internal/store"
)

// noteKey is where a sheet is noted before items of it are deleted. The note
// holds vendor ids and minutes, and goes away when the sheet is whole again.
func noteKey(s *sheet) string {
	return fmt.Sprintf("writes/manhours/%s/%s/%s", s.akashi.Link().Name, s.staff, s.date)
}

// replaceSheet deletes the items of other projects and posts the whole sheet. It
// returns what stands there afterwards, how the writes went, and whether that
// could be read.
func (w *Writer) replaceSheet(
	ctx context.Context, s *sheet, open []manhourJob,
) (after []*hr.Manhour, sent, unread error) {
	others := s.others(open)
	for _, m := range others {
		// AKASHI takes no comments (6.26), so what has one would not come back.
		if m.Comment != nil {
			return s.held, fault.Upstream(fault.UpstreamRefused, string(hr.Akashi), s.akashi.Link().Name,
				"AKASHI takes this only after items with comments are deleted, which could not be put back; enter it there"), nil
		}
		if m.IsClosed {
			return s.held, fault.Upstream(fault.UpstreamRefused, string(hr.Akashi), s.akashi.Link().Name,
				"the day's books are closed in AKASHI"), nil
		}
	}
	before := s.items(nil, func(hr.ProjectID) bool { return true })
	version, err := w.note(ctx, s, before)
	if err != nil {
		return s.held, err, nil
	}
	// From here on the sheet must be made whole whoever goes away.
	ctx = context.WithoutCancel(ctx)
	sent = w.rewrite(ctx, s, others, s.items(open, func(hr.ProjectID) bool { return true }))
	if after, err = s.again(ctx); err != nil {
		return nil, sent, err
	}
	if !s.whole(after, others) {
		return after, fault.Upstream(fault.UpstreamBadResponse, string(hr.Akashi), s.akashi.Link().Name,
			"items of other projects are missing now; what stood there is kept in the store under "+noteKey(s),
		).Because(sent), nil
	}
	return after, errors.Join(sent, w.docs.Delete(ctx, noteKey(s), version)), nil
}

// rewrite deletes the other projects' items and posts all items.
func (w *Writer) rewrite(ctx context.Context, s *sheet, others []*hr.Manhour, all []sources.ManhourItem) error {
	deleted := map[hr.ProjectID]bool{}
	for _, m := range others {
		if deleted[m.ProjectID] {
			continue
		}
		deleted[m.ProjectID] = true
		if err := s.akashi.DeleteManhours(ctx, s.staff, s.date, vendorID(string(m.ProjectID)), ""); err != nil {
			// What was deleted so far is posted again below.
			break
		}
	}
	return s.akashi.PutManhours(ctx, all)
}

// whole tells whether all other items stand as before.
func (s *sheet) whole(after, others []*hr.Manhour) bool {
	for _, m := range others {
		if !sameMinutes(on(after, m.TaskID), m) {
			return false
		}
	}
	return true
}

// note stores what stood on the sheet and returns the note's version. An older
// note of the same sheet, left by a crash, is kept beside the new one.
func (w *Writer) note(ctx context.Context, s *sheet, before []sources.ManhourItem) (uint64, error) {
	notes := [][]sources.ManhourItem{}
	old, err := w.docs.Get(ctx, noteKey(s))
	switch {
	case errors.Is(err, store.ErrNotFound):
	case err != nil:
		return 0, fmt.Errorf("writes: note man-hours: %w", err)
	default:
		if err := json.Unmarshal(old.Value, &notes); err != nil {
			return 0, fmt.Errorf("writes: the note of man-hours is damaged: %w", err)
		}
	}
	value, err := json.Marshal(append(notes, before))
	if err != nil {
		return 0, fmt.Errorf("writes: note man-hours: %w", err)
	}
	version, err := w.docs.Put(ctx, noteKey(s), value, old.Version)
	if err != nil {
		return 0, fmt.Errorf("writes: note man-hours: %w", err)
	}
	return version, nil
}
