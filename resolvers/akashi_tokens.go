package resolvers

import (
	"context"
	"strings"
	"time"

	"github.com/hitotsu/hitotsu/graph/model"
	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/hr"
)

// longestToken bounds a token, in bytes; AKASHI's have 36.
const longestToken = 256

func (r mutationResolver) LinkMyAkashiToken(
	ctx context.Context, input model.LinkMyAkashiTokenInput,
) (*model.LinkMyAkashiTokenPayload, error) {
	who, err := r.asking(ctx)
	if err != nil {
		return nil, err
	}
	me, err := who.me("there is no token of your own")
	if err != nil {
		return nil, err
	}
	token := strings.TrimSpace(input.Token)
	odd := func(c rune) bool { return c <= ' ' || c > '~' }
	if token == "" || len(token) > longestToken || strings.ContainsFunc(token, odd) {
		return nil, fault.New(fault.BadUserInput, "token must be the token as AKASHI's page shows it, in one piece")
	}
	ref, err := r.inAkashi(me, input.Link)
	if err != nil {
		return nil, err
	}
	ends, err := r.AkashiTokens.Link(ctx, ref, token)
	if err != nil {
		return nil, err
	}
	out := &model.LinkMyAkashiTokenPayload{Link: ref.Name}
	if !ends.IsZero() {
		ends = ends.In(hr.JST).Truncate(time.Second)
		out.ExpiresAt = &ends
	}
	return out, nil
}

func (r mutationResolver) UnlinkAkashiToken(
	ctx context.Context, input model.UnlinkAkashiTokenInput,
) (*model.UnlinkAkashiTokenPayload, error) {
	who, err := r.asking(ctx)
	if err != nil {
		return nil, err
	}
	var whose *hr.Employee
	if input.Employee != nil {
		whose, err = who.named(*input.Employee)
	} else {
		whose, err = who.me("name the person")
	}
	if err != nil {
		return nil, err
	}
	if !who.facts.MayUnlinkToken(whose) {
		return nil, fault.New(fault.Forbidden, "only HR may remove the tokens of others")
	}
	ref, err := r.inAkashi(whose, input.Link)
	if err != nil {
		return nil, err
	}
	removed, err := r.AkashiTokens.Unlink(ctx, ref)
	if err != nil {
		return nil, err
	}
	return &model.UnlinkAkashiTokenPayload{Link: ref.Name, Removed: removed}, nil
}

// inAkashi is an employee's record in one link of AKASHI.
func (r *Root) inAkashi(e *hr.Employee, link *string) (hr.Ref, error) {
	name, err := r.writable(hr.Akashi, link)
	if err != nil {
		return hr.Ref{}, err
	}
	for _, l := range e.Links {
		if l.System == hr.Akashi && l.Link == name {
			return l.Ref(), nil
		}
	}
	return hr.Ref{}, fault.Upstream(fault.NotFound, string(hr.Akashi), name,
		"this link of AKASHI does not know the person")
}
