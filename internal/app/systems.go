package app

import (
	"context"
	"time"

	"github.com/hitotsu/hitotsu/graph/model"
	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/hr"
)

// systems tells the state of every link, from memory: no call is made. A system
// without a link is told as not connected.
func (l *links) systems(context.Context) []*model.SystemLink {
	var out []*model.SystemLink
	for _, s := range hr.Systems() {
		before := len(out)
		for _, state := range l.states {
			if state.link.System == s {
				out = append(out, state.describe())
			}
		}
		if len(out) == before {
			out = append(out, &model.SystemLink{System: s, Needs: []model.SystemNeed{}})
		}
	}
	return out
}

func (s linkState) describe() *model.SystemLink {
	health, credential := s.client.Health(), s.credential.Status()
	out := &model.SystemLink{
		System: s.link.System, Link: &s.link.Name, Connected: true, Needs: []model.SystemNeed{},
		Quota: &model.Quota{PerSecond: health.PerSecond, Waiting: health.Waiting},
	}
	if !health.LastSuccessAt.IsZero() || health.LastError != "" {
		out.Healthy = &health.Healthy
	}
	if health.LastError != "" {
		at := health.LastErrorAt.In(hr.JST).Truncate(time.Second)
		out.LastError = &model.SystemError{Code: string(health.LastError), At: at}
	}
	if !health.BlockedUntil.IsZero() {
		at := health.BlockedUntil.In(hr.JST).Truncate(time.Second).Add(time.Second) // rounded up
		out.Quota.BlockedUntil = &at
	}
	if !credential.ExpiresAt.IsZero() {
		at := credential.ExpiresAt.In(hr.JST).Truncate(time.Second)
		out.TokenExpiresAt = &at
	}
	switch {
	case credential.NeedsRelink:
		advice := credential.Remedy
		out.Needs, out.Advice = append(out.Needs, model.SystemNeedRelink), &advice
	case !health.Healthy && health.LastError == fault.UpstreamUnauthorized:
		advice := "the system refuses the credential; check that it is still valid and has the needed rights"
		out.Needs, out.Advice = append(out.Needs, model.SystemNeedCheckCredential), &advice
	}
	return out
}
