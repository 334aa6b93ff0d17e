package exec

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"reflect"
	"slices"
	"sync"

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
	// Adjust changes the arguments of a field before its resolver gets them; nil
	// changes none. A value that it puts must have the type of the one that was there.
	Adjust func(node *ast.Field, args map[string]any)
	// Only leaves out the fields for which it is false, with all that lies below
	// them; nil leaves out none. It is for Walk.
	Only func(parent, field string) bool
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
type Engine struct {
	schema  *ast.Schema
	opts    Options
	log     *slog.Logger
	objects map[string]*objectType
	// buffers holds *[]byte to write answers into.
	buffers sync.Pool
}

// New checks that every field of every type is bound to Go and that every
// resolver has the signature its field needs. The error holds all faults.
func New(schema *ast.Schema, b Bindings, opts Options) (*Engine, error) {
	e := &Engine{schema: schema, opts: opts, log: opts.Logger, objects: map[string]*objectType{}}
	if e.log == nil {
		e.log = slog.Default()
	}
	c := &compiler{schema: schema, engine: e, types: maps.Clone(b.Types), inputs: map[inputKey]*inputType{}}
	if c.types == nil {
		c.types = map[string]reflect.Type{}
	}
	resolvers := maps.Clone(b.Resolvers)
	if resolvers == nil {
		resolvers = map[string]any{}
	}
	meta := newIntrospection(schema)
	c.meta = meta
	meta.bind(c.types, resolvers)
	c.compile(resolvers)
	if err := errors.Join(c.errs...); err != nil {
		return nil, fmt.Errorf("exec: bindings do not fit the schema:\n%w", err)
	}
	return e, nil
}

// Schema returns the schema, to validate documents with. It must not be changed.
func (e *Engine) Schema() *ast.Schema { return e.schema }

// objectType is an object type of the schema with its Go side.
type objectType struct {
	def  *ast.Definition
	root bool
	// serial is set when the fields of a selection run one after the other.
	serial bool
	goType reflect.Type // nil for a root type
	fields map[string]*fieldDef
	// is holds the names a type condition may use for it: itself, its
	// interfaces and unions.
	is map[string]bool
}

// fieldDef is one field of an object type.
type fieldDef struct {
	owner *objectType
	def   *ast.FieldDefinition
	shape *shape
	// A resolver field has call, the others have access.
	call   reflect.Value
	args   []argDef
	access accessor
	// calls is set when access runs a method, which may panic.
	calls bool
}

func (f *fieldDef) resolver() bool { return f.call.IsValid() }

func (f *fieldDef) String() string { return f.owner.def.Name + "." + f.def.Name }

// compiler turns the schema and the bindings into objectTypes.
type compiler struct {
	schema *ast.Schema
	engine *Engine
	types  map[string]reflect.Type
	inputs map[inputKey]*inputType
	meta   *introspection
	errs   []error
}

func (c *compiler) fault(format string, args ...any) {
	c.errs = append(c.errs, fmt.Errorf(format, args...))
}

func (c *compiler) compile(resolvers map[string]any) {
	names := slices.Sorted(maps.Keys(c.schema.Types))
	for _, name := range names {
		if def := c.schema.Types[name]; def.Kind == ast.Object && def != c.schema.Subscription {
			c.declare(def)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(resolvers)) {
		if c.engine.objects[name] == nil {
			c.fault("%s: has a resolver but is no object type", name)
		}
	}
	for _, name := range names {
		if obj := c.engine.objects[name]; obj != nil {
			for _, f := range obj.def.Fields {
				c.field(obj, f, resolvers[name])
			}
		}
	}
}

// declare makes the objectType without fields, so that fields can refer to it.
func (c *compiler) declare(def *ast.Definition) {
	obj := &objectType{
		def: def, root: isRoot(c.schema, def), fields: map[string]*fieldDef{}, is: map[string]bool{def.Name: true},
		serial: def == c.schema.Mutation || def.Directives.ForName(SerialDirective) != nil,
	}
	for _, abstract := range c.schema.GetImplements(def) {
		obj.is[abstract.Name] = true
	}
	c.engine.objects[def.Name] = obj
	if obj.root {
		return
	}
	obj.goType = c.types[def.Name]
	if obj.goType == nil {
		c.fault("%s: no Go type is bound", def.Name)
	} else if obj.goType.Kind() != reflect.Struct {
		c.fault("%s: %s is no struct", def.Name, obj.goType)
		obj.goType = nil
	}
}

func (c *compiler) field(obj *objectType, def *ast.FieldDefinition, resolver any) {
	f := &fieldDef{owner: obj, def: def}
	obj.fields[def.Name] = f
	if !obj.root && obj.goType == nil {
		return // declare has said so
	}
	if fn, ok := c.meta.rootField(def.Name); ok && obj.root {
		f.call = fn
		c.signature(f)
		return
	}
	if !IsResolver(c.schema, obj.def, def) {
		c.plain(f)
		return
	}
	if resolver == nil {
		c.fault("%s: no resolver is bound for %s", f, obj.def.Name)
		return
	}
	call, ok := methodOf(reflect.ValueOf(resolver), GoFieldName(def))
	if !ok {
		c.fault("%s: %T has no method %s", f, resolver, GoFieldName(def))
		return
	}
	f.call = call
	c.signature(f)
}

// signature checks (ctx, objs, args...) (results, error) and compiles the
// arguments and the shape of the result.
func (c *compiler) signature(f *fieldDef) {
	t := f.call.Type()
	want := []reflect.Type{reflect.TypeFor[ctxType]()}
	if !f.owner.root {
		want = append(want, reflect.SliceOf(reflect.PointerTo(f.owner.goType)))
	}
	if t.IsVariadic() || t.NumIn() != len(want)+len(f.def.Arguments) {
		c.fault("%s: method takes %d parameters, want %d", f, t.NumIn(), len(want)+len(f.def.Arguments))
		return
	}
	for i, w := range want {
		if t.In(i) != w {
			c.fault("%s: parameter %d is %s, want %s", f, i+1, t.In(i), w)
			return
		}
	}
	for i, arg := range f.def.Arguments {
		f.args = append(f.args, c.arg(f, arg, t.In(len(want)+i)))
	}
	if t.NumOut() != 2 || t.Out(1) != reflect.TypeFor[error]() {
		c.fault("%s: method must return a value and an error", f)
		return
	}
	out := t.Out(0)
	if !f.owner.root {
		if out.Kind() != reflect.Slice {
			c.fault("%s: method returns %s, want a slice with one result a parent", f, out)
			return
		}
		out = out.Elem()
	}
	f.shape = c.shape(f.String(), f.def.Type, out)
}
