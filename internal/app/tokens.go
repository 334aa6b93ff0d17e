package app

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"github.com/hitotsu/hitotsu/internal/config"
	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/internal/linking"
	"github.com/hitotsu/hitotsu/internal/vault"
)

// TokenOperation is what can be done to the links' credentials.
type TokenOperation string

// The operations.
const (
	// TokenList tells of every credential.
	TokenList TokenOperation = "list"
	// TokenAdd tests a credential and stores it.
	TokenAdd TokenOperation = "add"
	// TokenAuthorize begins an authorization at a terminal, TokenFinish brings its
	// code.
	TokenAuthorize TokenOperation = "authorize"
	TokenFinish    TokenOperation = "finish"
	// TokenTicket makes the URL that begins one in a browser.
	TokenTicket TokenOperation = "ticket"
	// TokenRotate exchanges a credential now.
	TokenRotate TokenOperation = "rotate"
	// TokenTest makes one harmless call with each credential.
	TokenTest TokenOperation = "test"
	// TokenRemove forgets a credential.
	TokenRemove TokenOperation = "remove"
	// TokenExport and TokenImport are about an encrypted backup of them all.
	TokenExport TokenOperation = "export"
	TokenImport TokenOperation = "import"
)

// TokenRequest is one operation. It travels from the command line to a gateway
// that runs, and holds secrets: it is never logged.
type TokenRequest struct {
	Do TokenOperation `json:"do"`
	// System is empty for all of them, where that makes sense.
	System config.System `json:"system,omitempty"`
	// Link is the name of the link.
	Link string `json:"link,omitempty"`
	// Employee is the code of the owner of a personal token.
	Employee string `json:"employee,omitempty"`
	// Secret is the credential to add, or Carely's code.
	Secret   string `json:"secret,omitempty"`
	Verifier string `json:"verifier,omitempty"`
	// Revoke ends the credential at the vendor too.
	Revoke bool `json:"revoke,omitempty"`
	// Overwrite lets a backup replace what is newer.
	Overwrite  bool   `json:"overwrite,omitempty"`
	Passphrase string `json:"passphrase,omitempty"`
	Backup     []byte `json:"backup,omitempty"`
}

// TokenAnswer is what came of it. Only of TokenAuthorize and TokenTicket it holds
// something that opens something.
type TokenAnswer struct {
	// Now is the gateway's clock, which expiries are compared with.
	Now         time.Time         `json:"now"`
	Credentials []TokenCredential `json:"credentials,omitempty"`
	// Message says in a sentence what was done.
	Message string `json:"message,omitempty"`
	// URL is what an administrator opens.
	URL      string `json:"url,omitempty"`
	State    string `json:"state,omitempty"`
	Verifier string `json:"verifier,omitempty"`
	Backup   []byte `json:"backup,omitempty"`
}

// Tokens works on the links' credentials: those of a gateway that runs, or the
// stored ones directly.
type Tokens interface {
	// Do executes one operation.
	Do(ctx context.Context, r TokenRequest) (TokenAnswer, error)
	// Close lets go of the store.
	Close() error
}

// desk does the operations where the links are.
type desk struct {
	vault *vault.Vault
	links *links
	flow  *linking.Flow
	now   func() time.Time
	// linked is told of a link that has a new credential.
	linked func(ctx context.Context, l hr.Link)
}

// Do executes one operation.
func (d *desk) Do(ctx context.Context, r TokenRequest) (TokenAnswer, error) {
	a, err := d.dispatch(ctx, r)
	a.Now = d.now().In(hr.JST).Truncate(time.Second)
	return a, err
}

func (d *desk) dispatch(ctx context.Context, r TokenRequest) (TokenAnswer, error) {
	switch r.Do {
	case TokenList:
		rows, err := d.list(ctx)
		return TokenAnswer{Credentials: rows}, err
	case TokenTest:
		return d.test(ctx, r)
	case TokenExport:
		var b bytes.Buffer
		err := d.vault.Export(ctx, &b, []byte(r.Passphrase))
		return TokenAnswer{Backup: b.Bytes()}, err
	case TokenImport:
		return d.restore(ctx, r)
	case TokenAuthorize, TokenFinish, TokenTicket:
		return d.authorize(ctx, r)
	case TokenAdd:
		return d.add(ctx, r)
	case TokenRotate:
		return d.rotate(ctx, r)
	case TokenRemove:
		return d.remove(ctx, r)
	default:
		return TokenAnswer{}, fault.New(fault.BadRequest,
			"the gateway that runs does not know this; use the same version of hitotsu for both")
	}
}

func (d *desk) restore(ctx context.Context, r TokenRequest) (TokenAnswer, error) {
	report, err := d.vault.Import(ctx, bytes.NewReader(r.Backup), []byte(r.Passphrase), r.Overwrite)
	message := fmt.Sprintf("%d credentials were restored; %d were kept, because what is stored is the same or newer",
		len(report.Restored), len(report.Kept))
	if err == nil {
		err = d.links.adoptPeople(ctx)
		for _, id := range report.Restored {
			d.linked(ctx, hr.Link{System: hr.System(id.System), Name: id.Link})
		}
	}
	return TokenAnswer{Message: message}, err
}

func (d *desk) authorize(ctx context.Context, r TokenRequest) (TokenAnswer, error) {
	if r.System != config.Carely {
		return TokenAnswer{}, fault.New(fault.BadUserInput, "only Carely is linked by allowing the gateway; use: "+
			"hitotsu token add %s", command(r.System))
	}
	switch r.Do {
	case TokenAuthorize:
		a, err := d.flow.Begin(r.Link)
		return TokenAnswer{URL: a.URL, State: a.State, Verifier: a.Verifier}, err
	case TokenTicket:
		address, ends, err := d.flow.Ticket(ctx, r.Link)
		return TokenAnswer{URL: address, Message: "it works once, until " + clockJST(ends)}, err
	default:
		err := d.flow.Finish(ctx, r.Link, r.Secret, r.Verifier)
		return TokenAnswer{Message: r.name() + ": the new credential is stored and in use"}, err
	}
}

// name is how a credential is called in sentences.
func (r TokenRequest) name() string {
	name := string(r.System) + "/" + r.Link
	if r.Employee != "" {
		name += " of employee " + r.Employee
	}
	return name
}

func (r TokenRequest) id() vault.ID {
	if r.Employee != "" {
		return vault.ID{System: string(r.System), Link: r.Link, Kind: kindEmployee, Owner: r.Employee}
	}
	return vault.ID{System: string(r.System), Link: r.Link, Kind: kindCompany}
}

// state finds the link of a request.
func (d *desk) state(r TokenRequest) (*linkState, error) {
	for i := range d.links.states {
		s := &d.links.states[i]
		if string(s.link.System) == string(r.System) && s.link.Name == r.Link {
			if r.Employee != "" && s.people == nil {
				return nil, fault.New(fault.BadUserInput, "only AKASHI has tokens of single employees")
			}
			return s, nil
		}
	}
	return nil, fault.Upstream(fault.NotConnected, string(r.System), r.Link,
		"no link of this name to this system is configured; hitotsu token list shows those that are")
}

// source finds the credential of a request.
func (d *desk) source(ctx context.Context, r TokenRequest) (*linkState, *vault.Source, error) {
	s, err := d.state(r)
	if err != nil || r.Employee == "" {
		if err != nil {
			return nil, nil, err
		}
		return s, s.credential, nil
	}
	source, _, err := s.people.of(ctx, r.Employee)
	if err == nil && source == nil {
		err = fault.Upstream(fault.NotFound, string(r.System), r.Link, "no token of this employee is stored")
	}
	return s, source, err
}

func (d *desk) add(ctx context.Context, r TokenRequest) (TokenAnswer, error) {
	s, err := d.state(r)
	if err != nil {
		return TokenAnswer{}, err
	}
	if r.Employee != "" {
		if err := s.people.accept(ctx, r.Employee, r.Secret); err != nil {
			return TokenAnswer{}, err
		}
	} else {
		if s.accept == nil {
			return TokenAnswer{}, fault.Upstream(fault.BadUserInput, string(r.System), r.Link, "there is nothing to add: "+
				"tokens are fetched with the client's id and secret, which are in the configuration")
		}
		fresh, err := s.accept(ctx, r.Secret)
		if err != nil {
			return TokenAnswer{}, noting(err, "what was stored before is unchanged")
		}
		if err := d.vault.Put(ctx, r.id(), fresh); err != nil {
			return TokenAnswer{}, err
		}
		d.linked(ctx, s.link)
	}
	return TokenAnswer{Message: r.name() + ": the credential was tested, stored, and is in use"}, nil
}

func (d *desk) rotate(ctx context.Context, r TokenRequest) (TokenAnswer, error) {
	_, source, err := d.source(ctx, r)
	if err != nil {
		return TokenAnswer{}, err
	}
	if err := source.Rotate(ctx); err != nil {
		return TokenAnswer{}, err
	}
	message := r.name() + ": exchanged"
	if ends := source.Status().ExpiresAt; !ends.IsZero() {
		message += "; the new token ends " + untilJST(ends, d.now())
	}
	return TokenAnswer{Message: message}, nil
}

func (d *desk) remove(ctx context.Context, r TokenRequest) (TokenAnswer, error) {
	s, source, err := d.source(ctx, r)
	if err != nil {
		return TokenAnswer{}, err
	}
	message := r.name() + ": removed from the gateway"
	if r.Revoke {
		if s.revoke == nil || r.Employee != "" {
			return TokenAnswer{}, fault.Upstream(fault.BadUserInput, string(r.System), r.Link,
				"this system has no call that ends a token; end it on its own page, and remove it here without --revoke")
		}
		if err := s.revoke(ctx, source); err != nil {
			return TokenAnswer{}, noting(err, "nothing was removed")
		}
		message += ", and revoked by the system"
	}
	if err := d.vault.Remove(ctx, r.id()); err != nil {
		return TokenAnswer{}, err
	}
	return TokenAnswer{Message: message}, nil
}

// noting adds to an error what it did not do.
func noting(err error, what string) error {
	fe := *fault.From(err)
	fe.Message += " (" + what + ")"
	return &fe
}

// command is a system's name on the command line.
func command(s config.System) string {
	for name, system := range TokenSystems() {
		if system == s {
			return name
		}
	}
	return string(s)
}

// TokenSystems are the systems by their names on the command line.
func TokenSystems() map[string]config.System {
	return map[string]config.System{
		"akashi": config.AKASHI, "jobcan": config.Jobcan, "carely": config.Carely, "yesod": config.YESOD,
	}
}

// TokenSystemOf is the system of a name in an answer.
func TokenSystemOf(name string) config.System { return config.System(name) }
