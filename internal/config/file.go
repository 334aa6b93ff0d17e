package config

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// loadFile walks the YAML file and sets what it finds.
func (l *loader) loadFile(name string) {
	root, ok := l.parse(name, FileVariable)
	if !ok || root == nil {
		return
	}
	d := document{loader: l, name: name}
	d.walk(root, "", l.config.settings(), func(entry *ast.MappingValueNode, key string) bool {
		if key != "links" {
			return false
		}
		d.linkList(entry.Value)
		return true
	})
}

// parse returns the root mapping of a YAML file, nil for an empty file. Nothing
// of the file's text is part of a fault, as it may be a secret.
func (l *loader) parse(name, variable string) (*ast.MappingNode, bool) {
	content, err := l.readFile(name)
	if err != nil {
		l.fault(variable, "the file it names cannot be read (%s)", reason(err))
		return nil, false
	}
	file, err := parser.ParseBytes(content, 0)
	if err != nil {
		where, message := name, "is not YAML"
		if syntax, ok := errors.AsType[*yaml.SyntaxError](err); ok && syntax.Token != nil {
			where = place(name, syntax.Token)
			if strings.HasPrefix(syntax.Message, "mapping key ") {
				message = "the key is written twice in this mapping"
			} else if strings.Contains(string(content), "\t") {
				message = "is not YAML; indent with spaces, not tabs"
			}
		}
		l.fault(where, "%s", message)
		return nil, false
	}
	docs := slices.DeleteFunc(file.Docs, func(d *ast.DocumentNode) bool { return d == nil || d.Body == nil })
	if len(docs) == 0 {
		return nil, true
	}
	if len(docs) > 1 {
		l.fault(place(name, docs[1].Body.GetToken()), "a second document begins here; keep one")
		return nil, false
	}
	root, ok := mapping(docs[0].Body)
	if !ok {
		l.fault(place(name, docs[0].Body.GetToken()), "must be a mapping of keys to values")
	}
	return root, ok
}

// document is a YAML file that is being read into a configuration.
type document struct {
	*loader
	name string
}

// walk sets every setting below node; prefix is the node's key. Entries that
// special takes are left to it.
func (d *document) walk(node *ast.MappingNode, prefix string, rows []setting,
	special func(entry *ast.MappingValueNode, key string) bool,
) {
	for _, entry := range node.Values {
		key, ok := keyOf(entry)
		if !ok {
			d.fault(d.at(entry), "anchors, merges and keys that are not plain words are not supported here")
			continue
		}
		key = prefix + key
		if special(entry, key) {
			continue
		}
		if i := slices.IndexFunc(rows, func(s setting) bool { return s.key == key }); i >= 0 {
			d.set(rows[i], entry)
			continue
		}
		if !slices.ContainsFunc(rows, func(s setting) bool { return strings.HasPrefix(s.key, key+".") }) {
			d.fault(d.at(entry), "unknown key; known here are: %s", strings.Join(known(rows, prefix), ", "))
			continue
		}
		if inner, ok := mapping(entry.Value); ok {
			d.walk(inner, key+".", rows, special)
		} else {
			d.fault(d.at(entry), "%s must be a mapping", key)
		}
	}
}

func (d *document) set(row setting, entry *ast.MappingValueNode) {
	where := d.at(entry)
	if row.isSecret {
		d.fault(where, "%s is a secret and must not stand in this file; set %s or %s_FILE", row.key, row.env, row.env)
		return
	}
	value, ok := scalar(entry.Value)
	if sequence, isSequence := entry.Value.(*ast.SequenceNode); isSequence && row.isList {
		value, ok = joined(sequence)
	}
	if !ok {
		d.fault(where, "%s must be a single value", row.key)
		return
	}
	if value == "" {
		return
	}
	if err := row.set(value); err != nil {
		d.fault(where, "%s %s", row.key, err)
		return
	}
	if row.key == "redis_url" && strings.Contains(value, "@") {
		d.fault(where, "redis_url with a user or password must not stand in this file; set HITOTSU_REDIS_URL or "+
			"HITOTSU_REDIS_URL_FILE")
		return
	}
	d.config.origins[row.env] = where
}

// linkList reads links:, a sequence of mappings.
func (d *document) linkList(node ast.Node) {
	if _, isNull := node.(*ast.NullNode); isNull {
		return
	}
	sequence, ok := node.(*ast.SequenceNode)
	if !ok {
		d.fault(place(d.name, node.GetToken()), "links must be a list")
		return
	}
	for _, item := range sequence.Values {
		entry, ok := mapping(item)
		if !ok {
			d.fault(place(d.name, item.GetToken()), "a link must be a mapping")
			continue
		}
		d.oneLink(entry)
	}
}

func (d *document) oneLink(node *ast.MappingNode) {
	where := place(d.name, node.GetToken())
	if len(node.Values) > 0 {
		where = d.at(node.Values[0])
	}
	system, name := System(""), DefaultLink
	for _, entry := range node.Values {
		key, _ := keyOf(entry)
		value, _ := scalar(entry.Value)
		switch key {
		case "system":
			system = System(value)
		case "name":
			name = value
		}
	}
	if !slices.Contains(Systems(), system) {
		d.fault(where, "a link needs system: one of AKASHI, JOBCAN, CARELY, YESOD")
		return
	}
	if !linkName.MatchString(name) {
		d.fault(where, "a link's name is 1 to 32 lower-case letters and digits and begins with a letter")
		return
	}
	link := d.link(system, name)
	if link.place != "" {
		d.fault(where, "this link is already defined at %s; give one of them another name", link.place)
		return
	}
	link.place = where
	d.walk(node, "", link.settings(), func(_ *ast.MappingValueNode, key string) bool {
		return key == "system" || key == "name"
	})
}

func (d *document) at(entry *ast.MappingValueNode) string { return place(d.name, entry.Key.GetToken()) }

func place(name string, t *token.Token) string {
	if t == nil || t.Position == nil {
		return name
	}
	return fmt.Sprintf("%s:%d", name, t.Position.Line)
}

// mapping returns node as a mapping; a null is an empty one.
func mapping(node ast.Node) (*ast.MappingNode, bool) {
	switch n := node.(type) {
	case *ast.MappingNode:
		return n, true
	case *ast.MappingValueNode:
		return &ast.MappingNode{BaseNode: n.BaseNode, Start: n.Start, Values: []*ast.MappingValueNode{n}}, true
	case *ast.NullNode:
		return &ast.MappingNode{Start: n.Token}, true
	default:
		return nil, false
	}
}

func keyOf(entry *ast.MappingValueNode) (string, bool) {
	key, ok := entry.Key.(ast.Node)
	if !ok {
		return "", false
	}
	return scalar(key)
}

// scalar returns the text of a scalar as it was written, so that a company code
// of 0123 keeps its zero.
func scalar(node ast.Node) (string, bool) {
	switch n := node.(type) {
	case *ast.NullNode:
		return "", true
	case *ast.StringNode:
		return n.Value, true
	case *ast.LiteralNode:
		return strings.TrimRight(n.Value.Value, "\n"), true
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.InfinityNode, *ast.NanNode:
		return node.GetToken().Value, true
	default:
		return "", false
	}
}

func joined(node *ast.SequenceNode) (string, bool) {
	items := make([]string, 0, len(node.Values))
	for _, item := range node.Values {
		value, ok := scalar(item)
		if !ok || strings.Contains(value, ",") {
			return "", false
		}
		items = append(items, value)
	}
	return strings.Join(items, ","), true
}

// known lists the keys that may stand below prefix.
func known(rows []setting, prefix string) []string {
	var out []string
	for _, row := range rows {
		rest, ok := strings.CutPrefix(row.key, prefix)
		if !ok {
			continue
		}
		first, _, _ := strings.Cut(rest, ".")
		if !slices.Contains(out, first) {
			out = append(out, first)
		}
	}
	return out
}
