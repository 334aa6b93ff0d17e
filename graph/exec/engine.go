package exec

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"reflect"

	"github.com/vektah/gqlparser/v2/ast"
)

// Bindings says which Go type stands for a GraphQL type, and which value
// answers its resolver fields. graph/gen writes them.
type Bindings struct {
	// Types maps the name of an object, input, enum, scalar, interface or union
	// to its Go type, without pointer.
	Types map[string]reflect.Type
	// Resolvers maps the name of an object type to the value whose methods
	// answer its resolver fields.
	Resolvers map[string]any
}

// Options are the choices of an Engine; the zero value is usable.
type Options struct {
	// Logger receives the stacks of panics; nil means slog.Default().
	Logger *slog.Logger
	// DisableIntrospection refuses __schema and __type.
	DisableIntrospection bool
}

// Request is one validated operation.
type Request struct {
	// Document must have passed validation against the engine's schema.
	Document *ast.QueryDocument
	// Operation is the one of Document to run: a query or a mutation.
	Operation *ast.OperationDefinition
	// Variables are coerced by validator.VariableValues.
	Variables map[string]any
}

// Response is the answer to a Request.
type Response struct {
	// Data is a JSON object, or null; nil when the request was refused before
	// anything ran, and the answer must have no "data".
	Data json.RawMessage
	// Errors are in document order.
	Errors []*Error
}

// Engine runs operations. It is safe for concurrent use.
type Engine struct{}

// New checks that every field of every type is bound and reports all faults at once.
func New(schema *ast.Schema, b Bindings, opts Options) (*Engine, error) {
	return nil, errors.ErrUnsupported
}

// Schema returns the schema, to validate documents with. It must not be changed.
func (e *Engine) Schema() *ast.Schema { return nil }

// Execute runs an operation.
func (e *Engine) Execute(ctx context.Context, req Request) *Response { return nil }

// Selects reports whether path is selected below the field being resolved.
func Selects(ctx context.Context, path ...string) bool { return false }

// Path returns the path of the first parent's field.
func Path(ctx context.Context) ast.Path { return nil }

// Report adds an error without nulling values.
func Report(ctx context.Context, err error, parents ...int) {}
