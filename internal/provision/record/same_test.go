package record

import (
	"encoding/json"
	"reflect"
	"testing"

	"calltab/internal/provision"
)

// FuzzReadsAsBefore holds the faster reader against Go's own, with which records were read before: the same bytes are
// the same record, and what one cannot read the other cannot.
func FuzzReadsAsBefore(f *testing.F) {
	for _, raw := range []string{
		`{"id":"a","wish":{"kind":"add"},"created":"2026-11-29T10:00:00.000000001+01:00"}`,
		`{"ID":"capitals","Id":"again","id":"last"}`, `{"id":null,"unknown":[{"deep":{}}]}`,
		`{"id":"\ud800 half a pair"}`, "{\"id\":\"\xff\"}", `{"id":7}`, `{"id":"a"} `, `{"id":"a"}{`, `[]`, `null`, ``, ` `,
		`{"site":{"id":"x"},"numbers":{"b":1,"a":2,"a":3}}`, `{"until":"tomorrow"}`, `{"until":""}`, `{"id":"a",}`,
	} {
		f.Add([]byte(raw))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		alike[provision.Order](t, raw)
		alike[provision.Number](t, raw)
		alike[provision.Subscriber](t, raw)
		alike[provision.Location](t, raw)
		alike[provision.AuditEvent](t, raw)
		alike[map[string]any](t, raw)
	})
}

func alike[T any](t *testing.T, raw []byte) {
	t.Helper()
	var got, want T
	err := Decode("table", "key", append([]byte{RecordVersion}, raw...), &got)
	wanted := json.Unmarshal(raw, &want)
	if (err == nil) != (wanted == nil) {
		t.Fatalf("%T: %v, and before %v", got, err, wanted)
	}
	if err == nil && !reflect.DeepEqual(got, want) {
		t.Fatalf("%q reads\n%+v, and before\n%+v", raw, got, want)
	}
}
