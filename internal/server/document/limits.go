package document

// Limits bounds what one request may hold. A zero field takes its default from
// DefaultLimits; there is no way to switch a limit off, only to raise it.
type Limits struct {
	// Body is the size of an HTTP request body, and of a GET request's query
	// string, in bytes. Default 1 MiB.
	Body int
	// VariableValues is how many JSON values the body may hold. It bounds the
	// memory that decoding takes. Default 50,000.
	VariableValues int
	// Tokens is how many lexical tokens a document may have, comments included.
	// Default 4,000.
	Tokens int
	// Operations is how many operations a document may define. Default 20.
	Operations int
	// Fragments is how many fragments a document may define. Default 100.
	Fragments int
	// Spreads is how many fragment spreads a document may have. Default 300.
	Spreads int
	// Depth is how deeply fields may be nested, fragments included. Default 15.
	Depth int
	// IntrospectionDepth is Depth below __schema and __type, where the types of
	// arguments alone nest nine levels in GraphiQL's own query. Default 25.
	IntrospectionDepth int
	// ValueDepth is how deeply a literal list or input object may be nested.
	// Default 20.
	ValueDepth int
	// Aliases is how many aliased fields an operation may have, a fragment
	// counting as often as it is spread. Default 200.
	Aliases int
	// Fields is how many fields one selection set may have, the fields of its
	// fragments and of equally named neighbours included. Default 200.
	Fields int
	// Repeats is how often one response name may occur in one selection set.
	// Fields that share a name are compared in pairs. Default 40.
	Repeats int
	// Work is how many fields are read when each operation and each fragment is
	// read together with all fragments it reaches, as validation does. Default
	// 20,000.
	Work int
	// Cost is how many values the answer may have at most: a field counts once
	// for each element of the lists around it. See cost.go. Default 1,000,000.
	Cost int
	// DefaultFirst is the size of a page whose `first` is not given and has no
	// default in the schema. Default 50.
	DefaultFirst int
	// MaxFirst is the largest page; a larger `first` counts as this one, since
	// the resolvers refuse it. Default 300.
	MaxFirst int
	// ListSize is the size assumed for a list that has neither `first` nor a
	// list of ids. Default 10.
	ListSize int
}

// DefaultLimits returns the limits a server has when none are configured.
func DefaultLimits() Limits {
	return Limits{
		Body:               1 << 20,
		VariableValues:     50_000,
		Tokens:             4_000,
		Operations:         20,
		Fragments:          100,
		Spreads:            300,
		Depth:              15,
		IntrospectionDepth: 25,
		ValueDepth:         20,
		Aliases:            200,
		Fields:             200,
		Repeats:            40,
		Work:               20_000,
		Cost:               1_000_000,
		DefaultFirst:       50,
		MaxFirst:           300,
		ListSize:           10,
	}
}

// WithDefaults returns l with the default in every field that is not positive.
func (l Limits) WithDefaults() Limits {
	d := DefaultLimits()
	for _, f := range []struct {
		v *int
		d int
	}{
		{&l.Body, d.Body},
		{&l.VariableValues, d.VariableValues},
		{&l.Tokens, d.Tokens},
		{&l.Operations, d.Operations},
		{&l.Fragments, d.Fragments},
		{&l.Spreads, d.Spreads},
		{&l.Depth, d.Depth},
		{&l.IntrospectionDepth, d.IntrospectionDepth},
		{&l.ValueDepth, d.ValueDepth},
		{&l.Aliases, d.Aliases},
		{&l.Fields, d.Fields},
		{&l.Repeats, d.Repeats},
		{&l.Work, d.Work},
		{&l.Cost, d.Cost},
		{&l.DefaultFirst, d.DefaultFirst},
		{&l.MaxFirst, d.MaxFirst},
		{&l.ListSize, d.ListSize},
	} {
		if *f.v <= 0 {
			*f.v = f.d
		}
	}
	return l
}
