package akashi

import (
	"slices"
	"time"

	"github.com/hitotsu/hitotsu/simulator/company"
)

// The kinds of pending change.
const (
	pendingTransfer   = "transfer"   // 6.13
	pendingPermission = "permission" // 6.14, 6.15
	pendingManage     = "manage"     // 6.14, 6.15
)

// pending is a change of an employee that takes effect on a day.
type pending struct {
	on           time.Time
	staff        int // id
	kind         string
	organization int // id; 0: none
	subgroups    []int
	employment   string
	permission   string // name
	remove       bool   // stop managing
	shallow      bool   // without the units below
}

// schedule notes a change; one whose day has come takes effect at once.
func (st *state) schedule(change pending, now time.Time) {
	st.pending = append(st.pending, change)
	slices.SortStableFunc(st.pending, func(a, b pending) int { return a.on.Compare(b.on) })
	st.settle(now)
}

func (st *state) due(now time.Time) bool { return len(st.pending) > 0 && !st.pending[0].on.After(now) }

// settle lets every change take effect whose day has come.
func (st *state) settle(now time.Time) {
	for st.due(now) {
		change := st.pending[0]
		st.pending = st.pending[1:]
		st.apply(change)
	}
}

// settle brings the state to the present before a request is served.
func (s *Simulator) settle() {
	now := s.opts.Now()
	s.mu.RLock()
	due := s.state.due(now)
	s.mu.RUnlock()
	if due {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.state.settle(now)
	}
}

func (st *state) apply(change pending) {
	one := st.staffByID[change.staff]
	switch change.kind {
	case pendingTransfer:
		if change.on.Before(one.moved) {
			return // a later transfer has taken effect already
		}
		one.moved, one.employment = change.on, change.employment
		if change.organization != 0 {
			one.organization = change.organization
		}
		if len(change.subgroups) > 0 {
			one.subgroups = change.subgroups
		}
	case pendingPermission:
		one.permission, one.permissionName = company.Manager, change.permission
		if change.permission == permissionName(company.CompanyAdministrator) {
			one.permission = company.CompanyAdministrator
		}
	case pendingManage:
		one.managed = slices.DeleteFunc(one.managed, func(id int) bool { return id == change.organization })
		if change.remove {
			return
		}
		one.managed = append(one.managed, change.organization)
		if one.shallow == nil {
			one.shallow = map[int]bool{}
		}
		one.shallow[change.organization] = change.shallow
	}
}

// forgetTransfers ends the transfers of an employee from a day on (6.13.2 (1)).
func (st *state) forgetTransfers(one *staff, from time.Time) {
	st.pending = slices.DeleteFunc(st.pending, func(p pending) bool {
		return p.kind == pendingTransfer && p.staff == one.id && !p.on.Before(from)
	})
	if !one.moved.Before(from) {
		one.moved = from
	}
}

// cancel takes back a reservation; false when there is none like it.
func (st *state) cancel(like pending) bool {
	i := slices.IndexFunc(st.pending, func(p pending) bool {
		return p.kind == like.kind && p.staff == like.staff && p.on.Equal(like.on) &&
			p.organization == like.organization && p.remove == like.remove
	})
	if i < 0 {
		return false
	}
	st.pending = slices.Delete(st.pending, i, i+1)
	return true
}
