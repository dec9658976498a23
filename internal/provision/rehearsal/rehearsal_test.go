package rehearsal

import (
	"reflect"
	"testing"
	"time"

	"calltab/internal/provision"
)

// TestNamesNobody: what is kept of a rehearsal stays where its person is forgotten, so no field of it is about a person.
func TestNamesNobody(t *testing.T) {
	t.Parallel()
	var look func(of reflect.Type, path string)
	look = func(of reflect.Type, path string) {
		switch of {
		case reflect.TypeFor[provision.UserID](), reflect.TypeFor[provision.E164](), reflect.TypeFor[provision.Person](),
			reflect.TypeFor[provision.Message](), reflect.TypeFor[provision.Actor]():
			t.Errorf("%s is of a person", path)
		case reflect.TypeFor[time.Time]():
			return
		}
		switch of.Kind() {
		case reflect.Struct:
			for f := range of.NumField() {
				look(of.Field(f).Type, path+"."+of.Field(f).Name)
			}
		case reflect.Slice, reflect.Map:
			look(of.Elem(), path)
		default:
		}
	}
	look(reflect.TypeFor[Rehearsal](), "Rehearsal")
}

// TestAdd: calls are counted together, and the last refusal is kept.
func TestAdd(t *testing.T) {
	t.Parallel()
	var c Calls
	c = c.Add(nil)
	if c != nil {
		t.Errorf("nothing makes %v", c)
	}
	c = c.Add(Calls{"assign": {Fine: 1}, "policy": {Refused: 1, Why: "denied"}})
	c = c.Add(Calls{"policy": {Refused: 2, Asked: 1, Why: "throttled"}})
	c = c.Add(Calls{"policy": {Fine: 1}})
	want := Calls{"assign": {Fine: 1}, "policy": {Fine: 1, Refused: 3, Asked: 1, Why: "throttled"}}
	if !reflect.DeepEqual(c, want) {
		t.Errorf("got %v, want %v", c, want)
	}
}
