package exec

import (
	"context"
	"reflect"
	"strings"
)

type ctxType = context.Context

// accessor reads a plain field from the addressable struct value of its object.
// The zero Value means null.
type accessor func(obj reflect.Value) reflect.Value

// plain binds a field to an exported struct field or to a method without
// parameters, found by the Go name and then without regard to case.
func (c *compiler) plain(f *fieldDef) {
	name := GoFieldName(f.def)
	for _, same := range []func(a, b string) bool{func(a, b string) bool { return a == b }, strings.EqualFold} {
		if field, ok := structField(f.owner.goType, name, same); ok {
			f.access = fieldAccessor(field.Index)
			f.shape = c.shape(f.String(), f.def.Type, field.Type)
			return
		}
		if method, ok := plainMethod(f.owner.goType, name, same); ok {
			f.access = func(obj reflect.Value) reflect.Value {
				return method.Func.Call([]reflect.Value{obj.Addr()})[0]
			}
			f.calls = true
			f.shape = c.shape(f.String(), f.def.Type, method.Type.Out(0))
			return
		}
	}
	c.fault("%s: %s has no field or method %s", f, f.owner.goType, name)
}

func structField(t reflect.Type, name string, same func(a, b string) bool) (reflect.StructField, bool) {
	for _, field := range reflect.VisibleFields(t) {
		if field.IsExported() && same(field.Name, name) {
			return field, true
		}
	}
	return reflect.StructField{}, false
}

func plainMethod(t reflect.Type, name string, same func(a, b string) bool) (reflect.Method, bool) {
	for method := range reflect.PointerTo(t).Methods() {
		if same(method.Name, name) && method.Type.NumIn() == 1 && method.Type.NumOut() == 1 {
			return method, true
		}
	}
	return reflect.Method{}, false
}

func fieldAccessor(index []int) accessor {
	if len(index) == 1 {
		i := index[0]
		return func(obj reflect.Value) reflect.Value { return obj.Field(i) }
	}
	return func(obj reflect.Value) reflect.Value {
		v, err := obj.FieldByIndexErr(index)
		if err != nil { // a nil embedded pointer: all its fields are null
			return reflect.Value{}
		}
		return v
	}
}

func methodOf(v reflect.Value, name string) (reflect.Value, bool) {
	if m := v.MethodByName(name); m.IsValid() {
		return m, true
	}
	for method := range v.Type().Methods() {
		if strings.EqualFold(method.Name, name) {
			return v.MethodByName(method.Name), true
		}
	}
	return reflect.Value{}, false
}

// addressable returns v itself, or a copy of it that has an address.
func addressable(v reflect.Value) reflect.Value {
	if v.CanAddr() {
		return v
	}
	p := reflect.New(v.Type()).Elem()
	p.Set(v)
	return p
}
