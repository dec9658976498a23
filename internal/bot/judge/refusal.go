package judge

import (
	"errors"
	"strings"

	"calltab/internal/bot/parse"
	"calltab/internal/provision"
)

// NotFound reports the error that nobody goes by a name.
func NotFound(err error) bool {
	m, _ := provision.SayOf(err)
	return err != nil && m.ID == "person-not-found"
}

// Unplaced says more where nobody goes by several words: one of them may be meant as a location or a plan.
func Unplaced(err error, w parse.Wish) error {
	var e *provision.Error
	if !errors.As(err, &e) || !NotFound(err) || w.User != "" || parse.IsUPN(w.Person) ||
		!strings.Contains(w.Person, " ") {
		return err
	}
	more := *e
	more.Say = provision.Say("words-not-placed", "person", w.Person)
	return &more
}

// NothingNamed is why no order was found to take back: err, or that a line means none, or one of several.
func NothingNamed(err error, several int) error {
	if err != nil {
		return err
	}
	say := provision.Say("nothing-to-cancel")
	if several > 1 {
		say = provision.Say("cancel-which")
	}
	return &provision.Error{Op: "read line", Kind: provision.NotFound, Say: say}
}
