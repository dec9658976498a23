// Package given reads which command a message gives by its first words, and which words belong to it. A line without a
// command is a greeting, thanks, a question about the person or number that it is, or Unknown: what it means, package
// parse reads.
//
// It is pure, and returns the words of a line as they are.
package given

import (
	"slices"
	"strings"

	"calltab/internal/bot/parse/lexicon"
	"calltab/internal/bot/parse/number"
	"calltab/internal/provision"
)

// said is the one lexicon, as of package parse.
var said = lexicon.English

// Word is a word of a line.
type Word = lexicon.Word

// Mention is a person whom a line mentions: as the line has their name, and who it is where that is known.
type Mention struct {
	Name string
	User provision.UserID
}

// Intent is what a message asks for: one of [lexicon.Commands] or of the names below, and the words that belong to it.
type Intent struct {
	Command string
	Words   []Word
}

// What a message can be besides a command.
const (
	Empty    = "empty"
	Greeting = "hello"
	Thanks   = "thanks"
	TakeBack = "take-back" // an order, as far as it is: cancel or undo
	Unknown  = "unknown"
)

// Message reads a message. Where its words alone give no command, those of the mentions are left out, since a mention
// may stand first: "@Dana Reyes add".
func Message(text string, mentions []Mention) Intent {
	line := lexicon.Split(text)
	if slices.Contains(said.Questions, strings.ToLower(lexicon.Join(line))) {
		return Intent{Command: "help"}
	}
	if given := understand(line); given.Command != "" {
		return given
	}
	bare := line
	for _, m := range mentions {
		bare = lexicon.WithoutRun(slices.Clone(bare), lexicon.Split(m.Name))
	}
	if given := understand(bare); given.Command != "" {
		return given
	}
	return talk(line, mentions)
}

// understand finds the command of a line and the words that belong to it: the first word, or the first after polite
// ones. Its Command is empty where the line gives none.
func understand(line []Word) Intent {
	if lexicon.IsForm(line) && lexicon.IsHeading(line[0]) {
		return Intent{} // "Location: Boston Name: Dana Reyes"
	}
	var state []Word // "assigned numbers of Boston", "free in Boston": it says which numbers
	for i, w := range line {
		plain := strings.ToLower(strings.TrimPrefix(w.Text, "/"))
		if States[plain] != "" && !w.Quoted {
			state = line[i : i+1]
		}
		if rest, ok := takenBack(line[i:]); ok {
			return Intent{TakeBack, rest}
		}
		if command := commandsByWord[plain]; command != "" && !w.Quoted {
			return Intent{command, slices.Concat(state, line[i+1:])}
		}
		if !said.Politeness[plain] && States[plain] == "" {
			break
		}
	}
	return Intent{}
}

// takenBack is the rest of a line that says "take back Dana Reyes", as the button is called, or "take Dana Reyes back".
func takenBack(line []Word) (rest []Word, ok bool) {
	take, back := said.Take, said.Back
	last := len(line) - 1
	switch {
	case said.TakeBack.Begins(line):
		return line[1:], true
	case len(line) < 2 || !take.Has(line[0]):
		return nil, false
	case back.Has(line[1]):
		return line[2:], true
	case back.Has(line[last]):
		return line[1:last], true
	}
	return nil, false
}

// talk reads lines without a command: small talk, a person or number alone (which is a question about them), and
// everything else.
func talk(line []Word, mentions []Mention) Intent {
	if len(line) == 0 && len(mentions) == 0 {
		return Intent{Command: Empty}
	}
	if len(line) > 0 {
		first := line[0].Text
		more := len(line) > 1
		switch {
		case said.Thanks.Says(first):
			return Intent{Command: Thanks}
		case lexicon.Greets(line):
			return Intent{Command: Greeting}
		case more && said.Never.Says(first) && said.Mind.Says(line[1].Text):
			return Intent{"cancel", line[2:]}
		case more && said.Show.Says(first):
			return Intent{"find", line[1:]}
		}
	}
	if len(mentions) > 0 || bareSubject(line) {
		return Intent{"find", line}
	}
	return Intent{Unknown, line}
}

// bareSubject reports whether a line is nothing but a user name or a number.
func bareSubject(line []Word) bool {
	if len(line) == 1 && lexicon.IsUPN(line[0].Text) {
		return true
	}
	for _, w := range line {
		if !number.Ish(w.Text) {
			return false
		}
	}
	return number.Count(lexicon.Join(line)) >= number.Shortest
}

// Mean guesses the command of a line that names none, and returns it with the whole line as it is then. Both are empty
// where nothing is near.
func Mean(line []Word) (command, meant string) {
	for i, w := range line {
		if said.Politeness.Says(w.Text) {
			continue
		}
		command = lexicon.Nearest(w.Text, lexicon.Commands())
		return command, lexicon.Join(append([]Word{{Text: command}}, line[i+1:]...))
	}
	return "", ""
}

// Names is the command that some words name, such as those behind "help"; empty where they name none.
func Names(words []Word) string {
	for _, w := range words {
		if command := commandsByWord[lexicon.Folded(w.Text)]; command != "" && !w.Quoted {
			return command
		}
	}
	return ""
}

// States are what the words say of a number.
var States = func() map[string]provision.NumberState {
	by := map[string]provision.NumberState{}
	for state, set := range said.States {
		for w := range set {
			by[w] = state
		}
	}
	return by
}()

// commandsByWord are the commands by name and alias.
var commandsByWord = func() map[string]string {
	by := map[string]string{}
	for _, c := range said.Commands {
		for _, name := range append([]string{c.Name}, strings.Fields(c.Aliases)...) {
			if by[name] != "" {
				panic("given: command " + name + " is there twice")
			}
			by[name] = c.Name
		}
	}
	return by
}()
