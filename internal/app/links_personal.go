package app

import (
	"context"
	"errors"
	"strconv"
	"sync"
	"time"

	"github.com/hitotsu/hitotsu/internal/config"
	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/internal/vault"
	"github.com/hitotsu/hitotsu/upstream/akashi"
)

// personalTokens holds the AKASHI tokens of single employees of one link: those
// of the configuration, and those that were stored since. They are known by
// employee code, AKASHI's calls are about staff ids, and the directory joins the
// two. All share the link's quota and breaker.
type personalTokens struct {
	link     *config.Link
	api      *akashi.Client // with the company's token
	exchange vault.Exchanger
	vault    *vault.Vault
	codeOf   personCode

	mu     sync.Mutex
	byCode map[string]*vault.Source
}

// personal makes the sources of the tokens that the configuration holds.
func (c *connector) personal(
	ctx context.Context, l *config.Link, api *akashi.Client, exchange vault.Exchanger,
) (*personalTokens, error) {
	p := &personalTokens{
		link: l, api: api, exchange: exchange, vault: c.vault, codeOf: c.codeOf, byCode: map[string]*vault.Source{},
	}
	for code := range l.EmployeeTokens {
		if _, err := p.source(ctx, code); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// source returns the source of an employee's token, made if it is new.
func (p *personalTokens) source(ctx context.Context, code string) (*vault.Source, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if s, ok := p.byCode[code]; ok {
		return s, nil
	}
	which := id(p.link, kindEmployee, code)
	s, err := p.vault.Source(ctx, vault.Spec{
		ID: which, Seed: vault.Seed{Access: p.link.EmployeeTokens[code]}, Exchange: p.exchange,
		Policy: personalPolicy(p.link),
		Remedy: akashiRemedy + ", by linkMyAkashiToken or " + addCommand(id(p.link, kindEmployee, "CODE")),
	})
	if err == nil {
		p.byCode[code] = s
	}
	return s, err
}

// of returns the source of an employee's token and a token that works now. The
// source is nil when there is no token of this employee, here or in the store,
// which another replica may have filled.
func (p *personalTokens) of(ctx context.Context, code string) (*vault.Source, *akashi.Client, error) {
	p.mu.Lock()
	s, ok := p.byCode[code]
	p.mu.Unlock()
	if !ok {
		stored, err := p.vault.Has(ctx, id(p.link, kindEmployee, code))
		if err != nil || !stored {
			return nil, nil, err
		}
		if s, err = p.source(ctx, code); err != nil {
			return nil, nil, err
		}
	}
	if _, err := s.Token(ctx); errors.Is(err, vault.ErrNotLinked) {
		return nil, nil, nil
	}
	// Any other trouble with the token is told by the call that needs it.
	return s, p.api.WithTokens(s), nil
}

// client returns a client with the own token of a staff, if there is one.
func (p *personalTokens) client(ctx context.Context, staff string) (*akashi.Client, bool) {
	code, ok := p.codeOf(ctx, p.ref(staff))
	if !ok {
		return nil, false
	}
	_, client, err := p.of(ctx, code)
	return client, err == nil && client != nil
}

func (p *personalTokens) ref(staff string) hr.Ref {
	return hr.Ref{Link: hr.Link{System: hr.Akashi, Name: p.link.Name}, ID: staff}
}

// ownTokens lets employees link their own tokens.
type ownTokens struct{ links *links }

func (o ownTokens) of(ref hr.Ref) (*personalTokens, error) {
	for i := range o.links.states {
		if s := &o.links.states[i]; s.link == ref.Link && s.people != nil {
			return s.people, nil
		}
	}
	return nil, fault.Upstream(fault.NotConnected, string(ref.System), ref.Name, "no link of this name is configured")
}

// Link implements resolvers.AkashiTokens.
func (o ownTokens) Link(ctx context.Context, ref hr.Ref, token string) (time.Time, error) {
	people, err := o.of(ref)
	if err != nil {
		return time.Time{}, err
	}
	state, err := people.linkOwn(ctx, ref.ID, token)
	return state.ExpiresAt, err
}

// Unlink implements resolvers.AkashiTokens.
func (o ownTokens) Unlink(ctx context.Context, ref hr.Ref) (bool, error) {
	people, err := o.of(ref)
	if err != nil {
		return false, err
	}
	return people.unlink(ctx, ref.ID)
}

// adopt adds a source for every stored token, so that it is renewed in time.
func (p *personalTokens) adopt(ctx context.Context) error {
	all, err := p.vault.List(ctx)
	if err != nil {
		return err
	}
	for i := range all {
		if which := all[i].ID; all[i].Stored && which == id(p.link, kindEmployee, which.Owner) {
			if _, err := p.source(ctx, which.Owner); err != nil {
				return err
			}
		}
	}
	return nil
}

// test makes the one call that tells whose token it is: alerts (6.8) are given
// only to the token's owner, and the answer names the staff.
func (p *personalTokens) test(ctx context.Context, code string) (string, error) {
	source, client, err := p.of(ctx, code)
	if err != nil {
		return "", err
	}
	if source == nil {
		return "", p.fault(fault.NotFound, "no token of this employee is stored")
	}
	if _, err := client.Alerts(ctx); err != nil {
		return "", err
	}
	return "reads the own alerts", nil
}

// accept stores a token that an operator gives for an employee code, if it is
// that employee's.
func (p *personalTokens) accept(ctx context.Context, code, token string) error {
	owner, err := p.ownerOf(ctx, token)
	if err != nil {
		return err
	}
	// The company's token may read everybody's staff number.
	staff, err := p.api.Staff(ctx, owner)
	if err != nil {
		return err
	}
	if staff.StaffNum != code {
		return p.foreign()
	}
	return p.store(ctx, code, token)
}

// linkOwn stores the own token of a staff, if it is that staff's, and returns its
// state.
func (p *personalTokens) linkOwn(ctx context.Context, staff, token string) (vault.Status, error) {
	owner, err := p.ownerOf(ctx, token)
	if err != nil {
		return vault.Status{}, err
	}
	if strconv.FormatInt(int64(owner), 10) != staff {
		return vault.Status{}, p.foreign()
	}
	code, ok := p.codeOf(ctx, p.ref(staff))
	if !ok {
		return vault.Status{}, p.fault(fault.NotFound, "AKASHI has no staff number for you, and tokens are kept by that")
	}
	if err := p.store(ctx, code, token); err != nil {
		return vault.Status{}, err
	}
	source, err := p.source(ctx, code)
	if err != nil {
		return vault.Status{}, err
	}
	return source.Status(), nil
}

// unlink forgets the token of a staff and tells whether there was one.
func (p *personalTokens) unlink(ctx context.Context, staff string) (bool, error) {
	code, ok := p.codeOf(ctx, p.ref(staff))
	if !ok {
		return false, nil
	}
	err := p.vault.Remove(ctx, id(p.link, kindEmployee, code))
	if fault.CodeOf(err) == fault.NotFound {
		return false, nil
	}
	return err == nil, err
}

func (p *personalTokens) store(ctx context.Context, code, token string) error {
	err := p.vault.Put(ctx, id(p.link, kindEmployee, code), vault.Credential{Access: config.NewSecret(token)})
	if err != nil {
		return err
	}
	_, err = p.source(ctx, code)
	return err
}

// ownerOf asks AKASHI whose token it is. One that it does not accept is the
// sender's mistake and no trouble of the link.
func (p *personalTokens) ownerOf(ctx context.Context, token string) (akashi.StaffID, error) {
	alerts, err := p.api.WithTokens(fixed(token)).Alerts(ctx)
	switch fault.CodeOf(err) {
	case fault.UpstreamUnauthorized:
		return 0, p.fault(fault.BadUserInput, "AKASHI does not accept this token; was it copied whole, and is it still "+
			"valid? (nothing was stored)").Because(err)
	case "":
		return alerts.StaffID, nil
	default:
		return 0, err
	}
}

func (p *personalTokens) foreign() *fault.Error {
	return p.fault(fault.Forbidden, "this token belongs to another person; nothing was stored")
}

func (p *personalTokens) fault(code fault.Code, message string) *fault.Error {
	return fault.Upstream(code, string(hr.Akashi), p.link.Name, message)
}
