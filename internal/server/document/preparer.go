package document

import (
	"errors"
	"maps"

	"github.com/maypok86/otter/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/parser"

	"github.com/hitotsu/hitotsu/internal/fault"
)

// Options configures a Preparer.
type Options struct {
	Limits Limits
	// NoSuggestions leaves "Did you mean" out of validation errors.
	NoSuggestions bool
	// NoIntrospection refuses documents that select __schema or __type.
	NoIntrospection bool
	// CacheBytes bounds the memory for prepared documents. Default 32 MiB.
	CacheBytes int
}

// defaultCacheBytes is the default of Options.CacheBytes.
const defaultCacheBytes = 32 << 20

// A parsed and validated document takes 20 (a usual query) to 110 bytes of
// memory (nothing but one-digit numbers) for each byte of its text, and about
// bytesPerDocument beside that.
const (
	bytesPerByte     = 64
	bytesPerDocument = 2 << 10
)

// Preparer prepares documents for one schema. It is safe for concurrent use.
type Preparer struct {
	schema *ast.Schema
	opts   Options
	cache  *otter.Cache[string, *Document]
}

// Document is a valid document. It is shared by all requests that send the same
// text, so nobody may change it.
type Document struct {
	Query *ast.QueryDocument
}

// New returns a Preparer for schema. It does not keep or change the schema's
// directive map: @defer is left out of its own copy, since an answer in parts
// is not offered and a document that asks for one has to be refused.
func New(schema *ast.Schema, opts Options) (*Preparer, error) {
	if schema == nil {
		return nil, errors.New("document: schema is missing")
	}
	opts.Limits = opts.Limits.WithDefaults()
	if opts.CacheBytes <= 0 {
		opts.CacheBytes = defaultCacheBytes
	}
	own := *schema
	own.Directives = maps.Clone(schema.Directives)
	delete(own.Directives, "defer")
	cache, err := otter.New(&otter.Options[string, *Document]{
		MaximumWeight: uint64(opts.CacheBytes),
		Weigher: func(text string, _ *Document) uint32 {
			return uint32(min(len(text)*bytesPerByte+bytesPerDocument, 1<<31))
		},
	})
	if err != nil {
		return nil, err
	}
	return &Preparer{schema: &own, opts: opts, cache: cache}, nil
}

// Limits returns the limits in force.
func (p *Preparer) Limits() Limits { return p.opts.Limits }

// Prepare parses text, checks it against the limits and validates it. The error
// is Problems. Only valid documents are kept, so nonsense cannot push them out.
func (p *Preparer) Prepare(text string) (*Document, error) {
	if d, ok := p.cache.GetIfPresent(text); ok {
		return d, nil
	}
	d, problems := p.prepare(text)
	if problems != nil {
		return nil, problems
	}
	p.cache.Set(text, d)
	return d, nil
}

func (p *Preparer) prepare(text string) (*Document, Problems) {
	limits := p.opts.Limits
	doc, err := parser.ParseQueryWithTokenLimit(&ast.Source{Input: text}, limits.Tokens)
	if err != nil {
		return nil, parseProblem(err, limits.Tokens)
	}
	if len(doc.Operations) == 0 {
		return nil, refuse(fault.ParseFailed, nil, "the document holds no operation")
	}
	g, problems := checkShape(doc, limits)
	if problems != nil {
		return nil, problems
	}
	if g.introspects != nil && p.opts.NoIntrospection {
		return nil, refuse(fault.ValidationFailed, g.introspects, "introspection is switched off on this server")
	}
	if problems := p.validate(doc, g.longest); problems != nil {
		return nil, problems
	}
	return &Document{Query: doc}, nil
}

// parseProblem tells the token limit, which the parser reports like a syntax
// error but without a place, from syntax errors.
func parseProblem(err error, limit int) Problems {
	ge, ok := errors.AsType[*gqlerror.Error](err)
	if !ok {
		return refuse(fault.ParseFailed, nil, "the document is not GraphQL")
	}
	if len(ge.Locations) == 0 {
		return refuse(fault.QueryTooComplex, nil, "tokens in the document: more than %d; the limit is %d", limit, limit)
	}
	return fromParser(fault.ParseFailed, ge)
}

// Operation picks the operation to execute: the one of that name, or the only
// one when name is empty. The error is Problems.
func (d *Document) Operation(name string) (*ast.OperationDefinition, error) {
	ops := d.Query.Operations
	if name == "" {
		if len(ops) == 1 {
			return ops[0], nil
		}
		return nil, refuse(fault.OperationResolutionFailed, nil,
			"the document holds %d operations; say which one in operationName", len(ops))
	}
	if op := ops.ForName(name); op != nil {
		return op, nil
	}
	return nil, refuse(fault.OperationResolutionFailed, nil,
		"the document holds no operation named in operationName")
}
