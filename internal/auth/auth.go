// Package auth finds out who is asking: it turns a bearer token into a Caller
// and carries the Caller in the context.
//
// It authenticates only. What a caller may see is decided in internal/access.
// It imports a YAML parser, and nothing of the gateway.
package auth

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
	"slices"
)

// Role is the coarsest right of a caller.
type Role string

// The roles.
const (
	// HR sees every employee.
	HR Role = "hr"
	// Manager sees the people of the organisations they manage, and below.
	Manager Role = "manager"
	// Employee sees themselves.
	Employee Role = "employee"
)

// Caller is who sends a request.
type Caller struct {
	// Name tells callers apart in logs; it is the name of a key, not of a person.
	Name string
	Role Role
	// EmployeeCode is the employee the caller is, as written in the connected
	// systems; empty for an HR key that belongs to no employee.
	EmployeeCode string
}

// Callers knows all callers. It is immutable and safe for concurrent use.
type Callers struct {
	entries []entry
}

// Has tells whether any caller has a role. A nil Callers has none.
func (c *Callers) Has(role Role) bool {
	if c == nil {
		return false
	}
	return slices.ContainsFunc(c.entries, func(e entry) bool { return e.caller.Role == role })
}

type entry struct {
	sum    [sha256.Size]byte
	caller Caller
}

// Static is a caller with a token that is no secret, such as the demo's.
type Static struct {
	Caller
	// Token is the bearer token, in the clear.
	Token string
}

// NewStatic returns the given callers. It reports all faults at once.
func NewStatic(list []Static) (*Callers, error) {
	c := &Callers{}
	var faults []error
	for i, s := range list {
		at := fmt.Sprintf("caller %d", i+1)
		if s.Token == "" {
			faults = append(faults, fmt.Errorf("%s: token is missing", at))
			continue
		}
		faults = append(faults, c.add(at, s.Caller, sha256.Sum256([]byte(s.Token)))...)
	}
	if err := errors.Join(faults...); err != nil {
		return nil, err
	}
	return c, nil
}

// add checks a caller and appends it; at is where it is defined.
func (c *Callers) add(at string, caller Caller, sum [sha256.Size]byte) []error {
	var faults []error
	if caller.Name == "" {
		faults = append(faults, fmt.Errorf("%s: name is missing", at))
	}
	switch caller.Role {
	case HR:
	case Manager, Employee:
		if caller.EmployeeCode == "" {
			faults = append(faults, fmt.Errorf("%s: role %s needs an employee_code", at, caller.Role))
		}
	case "":
		faults = append(faults, fmt.Errorf("%s: role is missing; it is hr, manager or employee", at))
	default:
		faults = append(faults, fmt.Errorf("%s: role is none of hr, manager and employee", at))
	}
	for _, e := range c.entries {
		if e.caller.Name == caller.Name && caller.Name != "" {
			faults = append(faults, fmt.Errorf("%s: the name is used twice", at))
		}
		if e.sum == sum {
			faults = append(faults, fmt.Errorf("%s: the key is used twice", at))
		}
	}
	c.entries = append(c.entries, entry{sum: sum, caller: caller})
	return faults
}

// Len returns how many callers there are.
func (c *Callers) Len() int { return len(c.entries) }

// Authenticate returns the caller with this bearer token. The time it takes
// does not depend on the token's likeness to a known one: what is compared is
// its SHA-256, in constant time, with all of them.
func (c *Callers) Authenticate(token string) (Caller, bool) {
	if token == "" {
		return Caller{}, false
	}
	sum := sha256.Sum256([]byte(token))
	found := -1
	for i := range c.entries {
		if subtle.ConstantTimeCompare(sum[:], c.entries[i].sum[:]) == 1 {
			found = i
		}
	}
	if found < 0 {
		return Caller{}, false
	}
	return c.entries[found].caller, true
}

type contextKey struct{}

// With returns a context that carries the caller.
func With(ctx context.Context, c Caller) context.Context {
	return context.WithValue(ctx, contextKey{}, c)
}

// From returns the caller of the context; false when nobody is authenticated.
func From(ctx context.Context) (Caller, bool) {
	c, ok := ctx.Value(contextKey{}).(Caller)
	return c, ok
}
