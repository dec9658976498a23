package parse

import (
	"slices"
	"strings"

	"calltab/internal/bot/parse/lexicon"
	"calltab/internal/provision"
)

// said is the one lexicon: the words of a language are understood whatever language a person reads.
var said = lexicon.English

// A Word of a line and a Set of words are the lexicon's.
type (
	Word = lexicon.Word
	Set  = lexicon.Set
)

// Split reads a line as [lexicon.Split] does.
func Split(line string) []Word { return lexicon.Split(line) }

// Cut reports whether a line has more than is read of one.
func Cut(line string) bool { return lexicon.Cut(line) }

// Join is the words as one text.
func Join(words []Word) string { return lexicon.Join(words) }

// Written is the words as a line that is read as the same words.
func Written(words []Word) string { return lexicon.Written(words) }

// Readable is a text as it is used: without what is no text, and without characters that nobody sees.
func Readable(value string) string {
	return strings.TrimSpace(provision.Visible(strings.ToValidUTF8(value, "")))
}

// Words that a command looks for in its line.
var (
	Last     = said.Last
	Had      = said.Had
	Others   = said.Others
	Numbers  = said.Numbers
	Location = said.Location
	Self     = said.Self
	Reasons  = said.Reasons
	Messages = said.Messages
)

// states and changes are what the words say of a number and of an order.
var (
	states  = meanings(said.States)
	changes = meanings(said.Changes)
)

func meanings[T comparable](all map[T]Set) map[string]T {
	by := map[string]T{}
	for meaning, set := range all {
		for w := range set {
			by[w] = meaning
		}
	}
	return by
}

// Commands lists the names of the commands, in the order of help.
func Commands() []string {
	names := make([]string, 0, len(said.Commands))
	for _, c := range said.Commands {
		names = append(names, c.Name)
	}
	return names
}

// Aliases lists what else people call a command.
func Aliases(command string) []string {
	i := slices.IndexFunc(said.Commands, func(c lexicon.Command) bool { return c.Name == command })
	if i < 0 {
		return nil
	}
	return strings.Fields(said.Commands[i].Aliases)
}

// commandsByWord are the commands by name and alias.
var commandsByWord = func() map[string]string {
	by := map[string]string{}
	for _, c := range said.Commands {
		for _, name := range append([]string{c.Name}, strings.Fields(c.Aliases)...) {
			if by[name] != "" {
				panic("parse: command " + name + " is there twice")
			}
			by[name] = c.Name
		}
	}
	return by
}()
