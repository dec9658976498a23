// Package shape writes down what stored records look like in JSON, for golden files: a field that comes, goes or
// changes its type shows there, and so no program reads records of another form without a new schema version.
//
// It knows types and nothing of stores. Callers give it every type that they store, in an order that stays.
package shape

import (
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

// Check compares the stored types of a package with testdata/stored-VERSION.txt, or writes that file with update set.
// The file of a version that a program was released with is never written again.
func Check(t *testing.T, version int, update bool, values ...any) {
	t.Helper()
	got := Of(values...)
	file := fmt.Sprintf("testdata/stored-%d.txt", version)
	if update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("what is stored is not as %s has it. Where a program with this version was released, raise "+
			"provision.SchemaVersion "+
			"and keep a store of the version before; then run with -update. It is now:\n%s", file, got)
	}
}

// Of lists the stored fields of each value's type, one a line, sorted within the type: the path of JSON names, and the
// kind of what stands there. Types that write themselves, such as times, are named and not looked into.
func Of(values ...any) string {
	var out strings.Builder
	for _, v := range values {
		t := reflect.TypeOf(v)
		w := writer{seen: map[reflect.Type]bool{}}
		w.add(t.Name(), t)
		slices.Sort(w.lines)
		for _, line := range w.lines {
			fmt.Fprintln(&out, line)
		}
	}
	return out.String()
}

type writer struct {
	lines []string
	seen  map[reflect.Type]bool // on the way from the top, so that a type within itself ends
}

func (w *writer) add(path string, t reflect.Type) {
	switch {
	case t == reflect.TypeFor[time.Time]():
		w.lines = append(w.lines, path+" time")
	case t.Kind() == reflect.Pointer:
		w.add(path, t.Elem())
	case t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Uint8:
		w.lines = append(w.lines, path+" bytes")
	case t.Kind() == reflect.Slice:
		w.add(path+"[]", t.Elem())
	case t.Kind() == reflect.Map:
		w.add(path+"{}", t.Elem())
	case t.Kind() == reflect.Struct:
		w.fields(path, t)
	default:
		w.lines = append(w.lines, path+" "+t.Kind().String())
	}
}

func (w *writer) fields(path string, t reflect.Type) {
	if w.seen[t] {
		w.lines = append(w.lines, path+" "+t.Name())
		return
	}
	w.seen[t] = true
	defer delete(w.seen, t)
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case name == "-" || !f.IsExported() && !f.Anonymous:
			continue
		case f.Anonymous && name == "":
			w.add(path, f.Type)
			continue
		case name == "":
			name = f.Name
		}
		w.add(path+"."+name, f.Type)
	}
}
