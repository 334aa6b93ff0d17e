package akashi

import (
	"crypto/sha256"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/hitotsu/hitotsu/simulator/company"
)

// token is an access token of one employee.
type token struct {
	staff   int
	expires time.Time
	serial  int
}

// expiry is one month and a day on (4), at midnight as in the sample of 6.9.2.
func expiry(now time.Time) time.Time { return dayOf(now.In(company.JST)).AddDate(0, 1, 1) }

func (st *state) seedTokens(opts Options) {
	now := opts.Now()
	for _, text := range slices.Sorted(maps.Keys(opts.Tokens)) {
		if id := StaffID(opts.Tokens[text]); st.staffByID[id] != nil {
			st.addToken(text, id, now)
		}
	}
	keys := opts.PersonalTokens
	if hr := st.company.Persona(company.PersonaHR); hr != nil {
		keys = append([]int{hr.Key}, keys...)
	}
	for _, key := range keys {
		if id := StaffID(key); st.staffByID[id] != nil && st.newest(id, now) == "" {
			st.addToken(st.newToken(opts.Company, id), id, now)
		}
	}
}

func (st *state) addToken(text string, staffID int, now time.Time) {
	st.tokens[text] = &token{staff: staffID, expires: expiry(now), serial: st.serial}
	st.serial++
}

// newToken makes a token in the shape of a UUID, as the samples of 6.14 and 6.15
// show it. It follows from what was issued before, so that runs are repeatable.
func (st *state) newToken(tenant string, staffID int) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s/%d/%d", tenant, staffID, st.serial))
	sum[6] = sum[6]&0x0f | 0x40 // version 4
	sum[8] = sum[8]&0x3f | 0x80 // RFC 9562
	return fmt.Sprintf("%x-%x-%x-%x-%x", sum[:4], sum[4:6], sum[6:8], sum[8:10], sum[10:16])
}

// owner returns the employee of a living token, or nil.
func (st *state) owner(text string, now time.Time) *staff {
	t := st.tokens[text]
	if t == nil || !now.Before(t.expires) {
		return nil
	}
	one := st.staffByID[t.staff]
	if one == nil || one.retired != nil && dayOf(now.In(company.JST)).After(*one.retired) {
		return nil
	}
	return one
}

// newest returns the last token that an employee got, if it lives.
func (st *state) newest(staffID int, now time.Time) string {
	found, serial := "", -1
	for text, t := range st.tokens {
		if t.staff == staffID && t.serial > serial && now.Before(t.expires) {
			found, serial = text, t.serial
		}
	}
	return found
}

// Token returns the living token that a person got last, or "".
func (s *Simulator) Token(person int) string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	now := s.opts.Now()
	text := s.state.newest(StaffID(person), now)
	if s.state.owner(text, now) == nil {
		return "" // retired
	}
	return text
}

// reissueToken is 6.9: a new token for the owner of a living one. Expired tokens
// are deleted on the way (6.9.1).
func reissueToken(c *call) (any, *refusal) {
	now := c.opts.Now()
	maps.DeleteFunc(c.st.tokens, func(_ string, t *token) bool {
		return t.staff == c.caller.id && !now.Before(t.expires)
	})
	if !c.quirks[KeepOldToken] {
		delete(c.st.tokens, c.token)
	}
	living := 0
	for _, t := range c.st.tokens {
		if t.staff == c.caller.id {
			living++
		}
	}
	if living >= c.opts.Limits.Tokens {
		return nil, refuse(problem{code: codeTooMany, message: "発行できるトークンの上限に達しています。"})
	}
	text := c.st.newToken(c.opts.Company, c.caller.id)
	c.st.addToken(text, c.caller.id, now)
	c.changed = true
	return struct {
		LoginCompanyCode string `json:"login_company_code"`
		StaffID          int    `json:"staff_id"`
		AgencyManagerID  *int   `json:"agency_manager_id"`
		Token            string `json:"token"`
		ExpiredAt        string `json:"expired_at"`
	}{c.opts.Company, c.caller.id, nil, text, instant(expiry(now))}, nil
}
