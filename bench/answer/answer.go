// Package answer compares answers of GraphQL: a measurement of two programs says
// something only when both answer the same. It imports nothing of the gateway.
package answer

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
)

// Same compares the data of two answers: all objects, lists and values, in
// whatever order an object's fields stand. The error names the first place where
// they differ.
func Same(gateway, other []byte) error {
	var a, b struct {
		Data any `json:"data"`
	}
	if err := json.Unmarshal(gateway, &a); err != nil {
		return err
	}
	if err := json.Unmarshal(other, &b); err != nil {
		return err
	}
	return same("data", a.Data, b.Data)
}

func same(path string, a, b any) error {
	switch a := a.(type) {
	case map[string]any:
		b, ok := b.(map[string]any)
		if !ok || len(a) != len(b) {
			return fmt.Errorf("%s: the gateway answers %.200v, the other %.200v", path, a, b)
		}
		for _, name := range slices.Sorted(maps.Keys(a)) {
			if err := same(path+"."+name, a[name], b[name]); err != nil {
				return err
			}
		}
		return nil
	case []any:
		list, ok := b.([]any)
		if !ok || len(a) != len(list) {
			return fmt.Errorf("%s: the gateway answers %d rows, the other %d", path, len(a), len(list))
		}
		for i := range a {
			if err := same(fmt.Sprintf("%s[%d]", path, i), a[i], list[i]); err != nil {
				return err
			}
		}
		return nil
	default:
		if a != b {
			return fmt.Errorf("%s: the gateway answers %v, the other %v", path, a, b)
		}
		return nil
	}
}

// Leaves counts the values of an answer that are no object and no list.
func Leaves(answer []byte) (int, error) {
	var root struct {
		Data any `json:"data"`
	}
	err := json.Unmarshal(answer, &root)
	return leavesOf(root.Data), err
}

func leavesOf(v any) int {
	n := 0
	switch v := v.(type) {
	case map[string]any:
		for _, one := range v {
			n += leavesOf(one)
		}
	case []any:
		for _, one := range v {
			n += leavesOf(one)
		}
	default:
		n = 1
	}
	return n
}
