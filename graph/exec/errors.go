package exec

import (
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// Error is a problem with one field of an answer. The same problem at several
// positions of one field is one Error.
type Error struct {
	// Err is what the resolver returned, or a *fault.Error of the executor's own.
	Err error
	// Path is the first position, in document order: response keys and indices.
	// Nil when the request was refused as a whole.
	Path ast.Path
	// Paths are the positions after the first, at most 10 of them.
	Paths []ast.Path
	// Count is the number of positions, at least 1.
	Count int
	// Locations are where the document asks for the field.
	Locations []Location
}

// Location is a place in the document, counted from 1.
type Location struct {
	Line   int `json:"line"`
	Column int `json:"column"`
}

// Error returns the original error's text.
func (e *Error) Error() string { return e.Err.Error() }

// Unwrap returns the original error.
func (e *Error) Unwrap() error { return e.Err }

// Errors is the error of a batch whose parents fail one by one: entry i belongs
// to parent i, nil where it is well. The values that come with it are used.
type Errors []error

// Error joins the texts of the entries.
func (e Errors) Error() string {
	var parts []string
	for _, err := range e {
		if err != nil {
			parts = append(parts, err.Error())
		}
	}
	return strings.Join(parts, "; ")
}

// Unwrap returns the entries that are not nil.
func (e Errors) Unwrap() []error {
	var out []error
	for _, err := range e {
		if err != nil {
			out = append(out, err)
		}
	}
	return out
}

// ErrorOrNil returns e as an error when an entry is not nil, else nil.
func (e Errors) ErrorOrNil() error {
	for _, err := range e {
		if err != nil {
			return e
		}
	}
	return nil
}
