package chat

import (
	"errors"
	"maps"
	"testing"
)

func TestInputs(t *testing.T) {
	t.Parallel()
	const (
		set = `{"type":"Input.ChoiceSet","id":"site","label":"Location","isRequired":true,"errorMessage":"Pick one","choices":[{"title":"Seattle","value":"sea"},{"title":"Boston","value":"bos"}]}`
		two = `{"type":"Input.ChoiceSet","id":"many","isMultiSelect":true,"value":"a","choices":[{"title":"A","value":"a"},{"title":"B","value":"b"}]}`
		num = `{"type":"Input.Number","id":"n","min":1,"max":5}`
		box = `{"type":"Input.Toggle","id":"yes","title":"Sure?","valueOn":"on","valueOff":"off"}`
		tel = `{"type":"Input.Text","id":"tel","regex":"^\\+[0-9]+$","maxLength":6}`
		day = `{"type":"Input.Date","id":"day","min":"2026-03-01","max":"2026-03-31"}`
		hid = `{"type":"Container","isVisible":false,"items":[{"type":"Input.Text","id":"h","value":"kept"},{"type":"Input.Text","id":"i","isRequired":true}]}`
	)
	tests := []struct {
		name, body string
		given      map[string]string
		want       map[string]string // nil: refused
		message    string            // of the refusal
	}{
		{"empty are left out", num + "," + tel, nil, map[string]string{}, ""},
		{"by title", set, map[string]string{"site": "boston"}, map[string]string{"site": "bos"}, ""},
		{"by value and label", set, map[string]string{"location": "sea"}, map[string]string{"site": "sea"}, ""},
		{"required", set, nil, nil, "Pick one"},
		{"no such choice", set, map[string]string{"site": "Paris"}, nil, `there is no choice "Paris"`},
		{"default of several", two, nil, map[string]string{"many": "a"}, ""},
		{"several", two, map[string]string{"many": "A, b"}, map[string]string{"many": "a,b"}, ""},
		{"cleared", two, map[string]string{"many": ""}, map[string]string{}, ""},
		{"number as string", num, map[string]string{"n": "3"}, map[string]string{"n": "3"}, ""},
		{"no number", num, map[string]string{"n": "x"}, nil, "not a number"},
		{"too small", num, map[string]string{"n": "0"}, nil, "less than 1"},
		{"too large", num, map[string]string{"n": "6"}, nil, "more than 5"},
		{"toggle untouched", box, nil, map[string]string{"yes": "off"}, ""},
		{"toggle on", box, map[string]string{"yes": "true"}, map[string]string{"yes": "on"}, ""},
		{"toggle nonsense", box, map[string]string{"yes": "maybe"}, nil, `a toggle is true or false, not "maybe"`},
		{"pattern", tel, map[string]string{"tel": "+123"}, map[string]string{"tel": "+123"}, ""},
		{"not the pattern", tel, map[string]string{"tel": "123"}, nil, `does not match ^\+[0-9]+$`},
		{"too long", tel, map[string]string{"tel": "+1234567"}, nil, "longer than 6 characters"},
		{"a date", day, map[string]string{"day": "2026-03-09"}, map[string]string{"day": "2026-03-09"}, ""},
		{"too late", day, map[string]string{"day": "2026-04-01"}, nil, "out of range"},
		{"hidden are sent unchecked", hid, nil, map[string]string{"h": "kept"}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := collect(card(tt.body), tt.given, nil)
			if tt.want == nil {
				var refused *InputError
				if !errors.As(err, &refused) || refused.Message != tt.message {
					t.Errorf("got %v, %v, want %q", got, err, tt.message)
				}
				return
			}
			if err != nil || !maps.Equal(got, tt.want) {
				t.Errorf("got %v, %v, want %v", got, err, tt.want)
			}
		})
	}
	if _, err := collect(card(set), map[string]string{"nope": "x"}, nil); err == nil {
		t.Error("an unknown input was filled")
	}
	if _, err := collect(card(`{"type":"Input.Text","id":"x","regex":"(","value":"y"}`), nil, nil); err == nil {
		t.Error("a broken pattern was accepted")
	}
}
