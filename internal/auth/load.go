package auth

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// maxFile is the largest callers file, in bytes.
const maxFile = 1 << 20

// Load reads the callers from a YAML file, a list of
//
//   - name: payroll            # tells callers apart in logs
//     sha256: 9f86d081…        # SHA-256 of the key, 64 hexadecimal digits
//     role: hr                 # hr, manager or employee
//     employee_code: "000123"  # who the caller is; not needed for hr
//
// It reports all faults at once, each with its line, and never quotes a value.
func Load(path string) (*Callers, error) {
	f, err := os.Open(path) //nolint:gosec // the operator names the file
	if err != nil {
		return nil, fmt.Errorf("callers file: %w", err)
	}
	defer f.Close() //nolint:errcheck // nothing was written
	data, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return nil, fmt.Errorf("callers file: %w", err)
	}
	if len(data) > maxFile {
		return nil, fmt.Errorf("%s: more than %d bytes", path, maxFile)
	}
	return parse(path, data)
}

// parse builds the callers out of the file's content; path is for messages.
func parse(path string, data []byte) (*Callers, error) {
	file, err := parser.ParseBytes(data, 0)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", where(path, err), errSyntax)
	}
	list, err := sequence(file)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	c := &Callers{}
	var faults []error
	for _, node := range list {
		at := fmt.Sprintf("%s:%d", path, line(node))
		caller, sum, err := decode(path, at, node)
		if err != nil {
			faults = append(faults, err)
			continue
		}
		faults = append(faults, c.add(at, caller, sum)...)
	}
	if err := errors.Join(faults...); err != nil {
		return nil, err
	}
	return c, nil
}

var (
	errSyntax = errors.New("not valid YAML")
	errShape  = errors.New("a list of callers is needed, with at least one")
)

// sequence returns the items of the one list the file holds.
func sequence(file *ast.File) ([]ast.Node, error) {
	if len(file.Docs) != 1 {
		return nil, errShape
	}
	list, ok := file.Docs[0].Body.(*ast.SequenceNode)
	if !ok || len(list.Values) == 0 {
		return nil, errShape
	}
	return list.Values, nil
}

// line is where an item of the list begins.
func line(node ast.Node) int {
	if m, ok := node.(*ast.MappingNode); ok && len(m.Values) > 0 {
		return m.Values[0].Key.GetToken().Position.Line
	}
	return node.GetToken().Position.Line
}

// decode reads one item; at is the place of the item as a whole.
func decode(path, at string, node ast.Node) (Caller, [sha256.Size]byte, error) {
	var sum [sha256.Size]byte
	var item struct {
		Name         text `yaml:"name"`
		SHA256       text `yaml:"sha256"`
		Role         text `yaml:"role"`
		EmployeeCode text `yaml:"employee_code"`
	}
	if t := node.Type(); t != ast.MappingType && t != ast.MappingValueType {
		return Caller{}, sum, fmt.Errorf("%s: not a caller", at)
	}
	if err := yaml.NodeToValue(node, &item, yaml.Strict()); err != nil {
		return Caller{}, sum, fmt.Errorf("%s: %s", where(path, err), reason(err))
	}
	caller := Caller{Name: string(item.Name), Role: Role(item.Role), EmployeeCode: string(item.EmployeeCode)}
	raw, err := hex.DecodeString(string(item.SHA256))
	if err != nil || len(raw) != sha256.Size {
		return caller, sum, fmt.Errorf("%s: sha256 is not 64 hexadecimal digits", at)
	}
	copy(sum[:], raw)
	return caller, sum, nil
}

// text is a scalar exactly as written. YAML would read an employee code 000124
// as the octal number 84, and a hash of digits with one e as a fraction.
type text string

// UnmarshalYAML implements yaml.NodeUnmarshaler.
func (t *text) UnmarshalYAML(node ast.Node) error {
	switch node := node.(type) {
	case *ast.StringNode:
		*t = text(node.Value)
	case *ast.IntegerNode, *ast.FloatNode:
		*t = text(node.GetToken().Value)
	default:
		return &yaml.UnexpectedNodeTypeError{Actual: node.Type(), Expected: ast.StringType, Token: node.GetToken()}
	}
	return nil
}

// where is the file and, when the parser knows it, the line of an error.
func where(path string, err error) string {
	if ye, ok := errors.AsType[yaml.Error](err); ok && ye.GetToken() != nil && ye.GetToken().Position != nil {
		return fmt.Sprintf("%s:%d", path, ye.GetToken().Position.Line)
	}
	return path
}

// reason says what is wrong without the excerpt of the file that the parser's
// own message shows, which would hold a key's hash.
func reason(err error) string {
	switch {
	case isA[*yaml.UnknownFieldError](err):
		return "unknown field; the fields are name, sha256, role and employee_code"
	case isA[*yaml.DuplicateKeyError](err):
		return "a field is given twice"
	case isA[*yaml.UnexpectedNodeTypeError](err):
		return "a value is not a string; write it in quotes"
	default:
		return "not a caller"
	}
}

func isA[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
}
