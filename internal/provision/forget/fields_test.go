package forget

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"

	"calltab/internal/provision"
	"calltab/internal/provision/rows"
	"calltab/internal/provision/stock"
)

const dana = provision.UserID("563dffa2-470d-8413-a08f-ee0f988e6f61")

// fill puts a text of its own into every field that is a plain text, and a person into every one that is a user.
func fill(v reflect.Value, path string) {
	switch v.Kind() {
	case reflect.Pointer:
		if v.Type().Elem().Kind() == reflect.Struct {
			v.Set(reflect.New(v.Type().Elem()))
			fill(v.Elem(), path)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			f := v.Type().Field(i)
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			if v.Field(i).CanSet() && !f.Anonymous {
				fill(v.Field(i), path+"."+name)
			} else if f.Anonymous {
				fill(v.Field(i), path)
			}
		}
	case reflect.Slice:
		if v.Type().Elem().Kind() != reflect.Uint8 {
			v.Set(reflect.MakeSlice(v.Type(), 1, 1))
			fill(v.Index(0), path)
		}
	case reflect.Map:
		if v.Type() == reflect.TypeFor[map[string]string]() {
			v.Set(reflect.ValueOf(map[string]string{"person": "Dana Reyes"}))
		}
	case reflect.String:
		switch v.Interface().(type) {
		case string:
			v.SetString("text of " + path)
		case provision.UserID:
			v.SetString(string(dana))
		}
	}
}

// standing are the texts of records that are nobody's: ids, names of steps, policies and messages.
var standing = []string{
	"before.id", "before.name", "before.set", "before.type", "halt.job", "problem.id", "notice.id", "reasons.rule",
	"settled.why.id", "untold.id", "passed.id", "why.id", "work.state", "proposed.digits", "plans.status",
	"batch.id", "batch.name", "number.note", "numbers.note", "finding.bound", "sync.mark",
}

// TestEveryText: of a record that is about a person, or that they made, no text is left but those that are named here.
// A new field holds words of people, and redact.go takes them, or it holds none, and stands above.
func TestEveryText(t *testing.T) {
	t.Parallel()
	for name, v := range map[string]any{"order": &provision.Order{}, "bulk": &rows.Bulk{}, "row": &rows.Row{},
		"waiver": &provision.Waiver{}, "line": &provision.Line{}, "finding": &provision.NumberFinding{},
		"number": &provision.Number{}, "batch": &stock.BatchRecord{}, "sync": &provision.Sync{}} {
		fill(reflect.ValueOf(v).Elem(), name)
		raw, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		r := redactionOf("tenant")
		r.people[dana] = true
		r.know(provision.Person{DisplayName: "Dana Reyes", GivenName: "Dana", Surname: "Reyes", UPN: "dana.reyes@example.com"})
		after, err := r.Clean(raw)
		if err != nil {
			t.Fatal(err)
		}
		if after == nil {
			after = raw
		}
		if strings.Contains(string(after), "Dana") {
			t.Errorf("%s: her name is left: %s", name, after)
		}
		for _, part := range strings.Split(string(after), `"text of `)[1:] {
			path, _, _ := strings.Cut(part, `"`)
			if !slices.ContainsFunc(standing, func(s string) bool { return strings.HasSuffix(path, s) }) {
				t.Errorf("%s: a text is left of %s", name, path)
			}
		}
		if err := json.Unmarshal(after, v); err != nil {
			t.Errorf("%s cannot be read any more: %v", name, err)
		}
		if again, err := r.Clean(after); again != nil || err != nil {
			t.Errorf("%s changes a second time, %v:\n%s\n%s", name, err, after, again)
		}
	}
}
