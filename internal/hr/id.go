package hr

import (
	"encoding/base64"
	"errors"
	"slices"
	"strings"
)

// Kind is the GraphQL type that a global id names.
type Kind string

// The kinds of object that have a global id.
const (
	KindEmployee     Kind = "Employee"
	KindOrganization Kind = "Organization"
	KindProject      Kind = "Project"
	KindTask         Kind = "Task"
)

// Global ids. Each is opaque to clients, unique over all types, and made of the
// kind and of the vendor record that it was first seen in, so that two replicas
// name the same object alike without talking to each other.
type (
	EmployeeID     string
	OrganizationID string
	ProjectID      string
	TaskID         string
)

// ErrBadID says that a text is not a global id of this gateway.
var ErrBadID = errors.New("not a global id")

// idVersion lets a later format be told from this one.
const idVersion = "1"

// EncodeID makes the global id of the record ref as an object of the kind.
func EncodeID(kind Kind, ref Ref) string {
	text := strings.Join([]string{idVersion, string(kind), string(ref.System), ref.Name, ref.ID}, "\x1f")
	return base64.RawURLEncoding.EncodeToString([]byte(text))
}

// DecodeID is the reverse of EncodeID. It returns ErrBadID for every text that
// EncodeID cannot have made.
func DecodeID(id string) (Kind, Ref, error) {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(id)
	if err != nil {
		return "", Ref{}, ErrBadID
	}
	parts := strings.SplitN(string(raw), "\x1f", 5)
	if len(parts) != 5 || parts[0] != idVersion || parts[3] == "" || parts[4] == "" {
		return "", Ref{}, ErrBadID
	}
	kind, system := Kind(parts[1]), System(parts[2])
	known := []Kind{KindEmployee, KindOrganization, KindProject, KindTask}
	if !slices.Contains(known, kind) || !slices.Contains(Systems(), system) {
		return "", Ref{}, ErrBadID
	}
	return kind, Ref{Link: Link{System: system, Name: parts[3]}, ID: parts[4]}, nil
}
