package order

import (
	"reflect"
	"testing"
	"time"

	"calltab/internal/provision"
)

// TestOwnSharesNoList: a list of an order that two readers had in common would be changed under the hands of one by the
// other's work.
func TestOwnSharesNoList(t *testing.T) {
	var o provision.Order
	fill(reflect.ValueOf(&o).Elem())
	mine := own(o)
	lists := 0
	sameLists(reflect.ValueOf(o), reflect.ValueOf(mine), "Order", func(name string) { t.Errorf("%s is shared", name) }, &lists)
	if lists < 10 {
		t.Errorf("%d lists were looked at: the order is not filled", lists)
	}
}

// fill gives each list and map of a struct, and of the structs in it, one element.
func fill(v reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Field(i).CanSet() {
				fill(v.Field(i))
			}
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
	default:
	}
}

// sameLists names the lists, maps and pointers that two structs have in common, but for those of times and sentences,
// which nobody changes.
func sameLists(a, b reflect.Value, name string, shared func(string), n *int) {
	if a.Type() == reflect.TypeFor[time.Time]() || a.Type() == reflect.TypeFor[provision.Message]() {
		return
	}
	switch a.Kind() {
	case reflect.Struct:
		for i := range a.NumField() {
			sameLists(a.Field(i), b.Field(i), name+"."+a.Type().Field(i).Name, shared, n)
		}
	case reflect.Slice, reflect.Map, reflect.Pointer:
		*n++
		if a.Pointer() == b.Pointer() {
			shared(name)
		}
	default:
	}
}
