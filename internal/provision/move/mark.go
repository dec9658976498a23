package move

import (
	"encoding/json"
	"fmt"
	"time"
)

// Mark says that a store is out of use. It stands in the place of the store's schema version, so that no program opens
// the store, also none that knows nothing of marks. The zero Mark is that of a store in use. Its form is persisted.
type Mark struct {
	// MovedTo is where the records of the store are used now. FilledFrom is where the records come from of a store
	// that has only some of them. One of them is set.
	MovedTo    string    `json:"moved_to,omitempty"`
	FilledFrom string    `json:"filled_from,omitempty"`
	At         time.Time `json:"at"`
	Schema     int       `json:"schema"` // the schema version of the records
}

// Set reports whether the store is out of use.
func (m Mark) Set() bool { return m.MovedTo != "" || m.FilledFrom != "" }

// Text is the mark as a store keeps it. It begins with a brace, as no schema version does.
func (m Mark) Text() []byte {
	text, err := json.Marshal(m)
	if err != nil {
		panic(fmt.Sprintf("encode the mark of a store: %v", err)) // it holds only strings, a time and a number
	}
	return text
}

// ReadMark reads the text of a mark.
func ReadMark(text []byte) (m Mark, err error) {
	err = json.Unmarshal(text, &m)
	if err == nil && !m.Set() {
		err = fmt.Errorf("it names no store: %s", text)
	}
	return m, err
}

// MarkedError is why a store with a mark does not open.
type MarkedError struct{ Mark }

// Error says where the records are, and what can be done.
func (e *MarkedError) Error() string {
	if e.FilledFrom != "" {
		return fmt.Sprintf("it has only a part of what is in %s, since a calltab move was cut off: run that again "+
			"with the same --from and --to", e.FilledFrom)
	}
	return fmt.Sprintf("it is out of use: on %s calltab move took everything to %s. Start Calltab on that one; "+
		"calltab move --undo takes the move back", e.At.UTC().Format(time.RFC3339), e.MovedTo)
}
