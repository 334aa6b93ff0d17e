package exec

import (
	"strings"
	"unicode"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
)

// FieldDirective marks a field definition with how it is bound to Go:
//
//	directive @goField(forceResolver: Boolean, name: String) on FIELD_DEFINITION | INPUT_FIELD_DEFINITION
//
// forceResolver makes it a resolver field; name is the Go name to look for
// instead of the one made from the GraphQL name.
const FieldDirective = "goField"

// SerialDirective marks an object type whose fields are executed one after the
// other in the order of the document, as those of the mutation type are:
//
//	directive @serial on OBJECT
//
// A namespace below the mutation type needs it: without it, writes that a
// document lists in order would run side by side.
const SerialDirective = "serial"

// LoadSchema parses and checks SDL together with the types every schema has. It
// leaves out @defer, which the executor does not speak, so that a document that
// uses it is refused by validation instead of losing data.
func LoadSchema(sources ...*ast.Source) (*ast.Schema, error) {
	schema, err := gqlparser.LoadSchema(sources...)
	if err != nil {
		return nil, err
	}
	delete(schema.Directives, "defer")
	return schema, nil
}

// IsResolver reports whether field of def is answered by a resolver method
// rather than read from the parent's Go value: every field of a root type,
// every field with arguments, and every field with
// @goField(forceResolver: true).
func IsResolver(schema *ast.Schema, def *ast.Definition, field *ast.FieldDefinition) bool {
	if isRoot(schema, def) || len(field.Arguments) > 0 {
		return true
	}
	return goFieldArg(field.Directives, "forceResolver") == "true"
}

// GoFieldName is the Go name of a field: @goField(name:) or GoName of its name.
func GoFieldName(field *ast.FieldDefinition) string {
	if name := goFieldArg(field.Directives, "name"); name != "" {
		return name
	}
	return GoName(field.Name)
}

// GoName is the exported Go name of a GraphQL name: "vendorId" is VendorID,
// "CLOCK_IN" is ClockIn.
func GoName(name string) string {
	var b strings.Builder
	for _, word := range words(name) {
		if isInitialism(word) {
			b.WriteString(strings.ToUpper(word))
			continue
		}
		runes := []rune(strings.ToLower(word))
		runes[0] = unicode.ToUpper(runes[0])
		b.WriteString(string(runes))
	}
	return b.String()
}

func isRoot(schema *ast.Schema, def *ast.Definition) bool {
	return def == schema.Query || def == schema.Mutation || def == schema.Subscription
}

func goFieldArg(directives ast.DirectiveList, name string) string {
	d := directives.ForName(FieldDirective)
	if d == nil {
		return ""
	}
	arg := d.Arguments.ForName(name)
	if arg == nil || arg.Value == nil {
		return ""
	}
	return arg.Value.Raw
}

// words splits at underscores and where the case changes: "HTTPServer_id2" is
// HTTP, Server, id2.
func words(name string) []string {
	var out []string
	runes := []rune(name)
	start := 0
	flush := func(end int) {
		if end > start {
			out = append(out, string(runes[start:end]))
		}
	}
	for i, r := range runes {
		switch {
		case r == '_' || r == '-':
			flush(i)
			start = i + 1
		case i > start && unicode.IsUpper(r) && startsWord(runes, i):
			flush(i)
			start = i
		}
	}
	flush(len(runes))
	return out
}

// startsWord reports whether the upper-case rune at i > 0 begins a word: it
// follows a small letter or a digit, or it is the last capital of a run.
func startsWord(runes []rune, i int) bool {
	if !unicode.IsUpper(runes[i-1]) {
		return true
	}
	return i+1 < len(runes) && unicode.IsLower(runes[i+1])
}

func isInitialism(word string) bool {
	switch strings.ToUpper(word) {
	case "ACL", "API", "ASCII", "CPU", "CSS", "CSV", "DNS", "EOF", "GUID", "HTML", "HTTP", "HTTPS", "ID", "IP",
		"JSON", "PDF", "QPS", "RAM", "RPC", "SLA", "SQL", "SSH", "TCP", "TLS", "TTL", "UDP", "UI", "UID", "UUID",
		"URI", "URL", "UTF8", "VM", "XML":
		return true
	}
	return false
}
