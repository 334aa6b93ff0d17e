package akashi

import (
	"reflect"
	"strconv"
	"strings"
)

// encode turns the structs of a request into what the checks and the wire are
// made of: the fields by their names on the wire, without those that were not
// given. A wire tag is the name and an option:
//
//	numbered  a list under name, name2, name3 … (6.13)
//	counted   a list under name1, name2 … (6.14)
//	yesno     a flag as Yes or No (6.13)
//	extra     a map of further fields (6.12)
//
// Strings and ids are not given when empty, pointers when nil.
func encode[T any](rows []T) []map[string]any {
	out := make([]map[string]any, len(rows))
	for i := range rows {
		out[i] = encodeRow(reflect.ValueOf(rows[i]))
	}
	return out
}

func encodeRow(row reflect.Value) map[string]any {
	out := map[string]any{}
	for i := range row.NumField() {
		name, option, _ := strings.Cut(row.Type().Field(i).Tag.Get("wire"), ",")
		v := row.Field(i)
		if name+option == "" || v.IsZero() {
			continue
		}
		if v.Kind() == reflect.Pointer {
			v = v.Elem()
		}
		switch {
		case option == "extra":
			for it := v.MapRange(); it.Next(); {
				out[it.Key().String()] = it.Value().String()
			}
		case v.Kind() == reflect.Slice:
			for j := range v.Len() {
				out[numbered(name, option, j)] = v.Index(j).String()
			}
		case option == "yesno":
			out[name] = "No"
			if v.Bool() {
				out[name] = "Yes"
			}
		default:
			out[name] = plain(v)
		}
	}
	return out
}

func numbered(name, option string, i int) string {
	if i == 0 && option == "numbered" {
		return name
	}
	return name + strconv.Itoa(i+1)
}

func plain(v reflect.Value) any {
	switch v.Kind() {
	case reflect.Bool:
		return v.Bool()
	case reflect.Int, reflect.Int64:
		return v.Int()
	default:
		if d, ok := reflect.TypeAssert[Date](v); ok {
			return d
		}
		return v.String()
	}
}

// onWire writes the days of checked rows in the given form.
func onWire(rows []map[string]any, form DateForm) []map[string]any {
	for _, row := range rows {
		for name, v := range row {
			if d, ok := v.(Date); ok {
				row[name] = form.start(d)
			}
		}
	}
	return rows
}
