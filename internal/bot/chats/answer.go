package chats

import (
	"encoding/json"
)

// Answer is the body of the answer to an Action or a Search; it is not used for other kinds. At most one field is set;
// the zero value acknowledges without a change.
type Answer struct {
	Card    json.RawMessage // replaces the card
	Toast   string          // a line under the card
	Error   string          // a line that says what went wrong
	Choices []Choice        // Search
}

// Choice is one result of a type-ahead.
type Choice struct {
	Title string `json:"title"`
	Value string `json:"value"`
}

// Kept reports whether the answer says anything worth keeping for the same activity again.
func (a *Answer) Kept() bool { return a.Card != nil || a.Toast != "" || a.Error != "" }
