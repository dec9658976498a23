package parse

import (
	"strings"

	"calltab/internal/bot/parse/date"
	"calltab/internal/bot/parse/given"
	"calltab/internal/bot/parse/lexicon"
	"calltab/internal/bot/parse/number"
	"calltab/internal/bot/parse/served"
	"calltab/internal/provision"
)

// said is the one lexicon: the words of a language are understood whatever language a person reads.
var said = lexicon.English

// A Word of a line and a Set of words are the lexicon's; Intent and Mention are package given's.
type (
	Word    = lexicon.Word
	Set     = lexicon.Set
	Intent  = given.Intent
	Mention = given.Mention
)

// What a message can be besides a command, which Message reads; Mean guesses one that a line nearly names.
const (
	Empty    = given.Empty
	Greeting = given.Greeting
	Thanks   = given.Thanks
	TakeBack = given.TakeBack
	Unknown  = given.Unknown
)

// Which command a message gives, as package given reads it.
var (
	Message = given.Message
	Mean    = given.Mean
	Names   = given.Names
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

// What is said by courtesy, and what only refers, as package lexicon knows it.
var (
	Without          = lexicon.Without
	Bare             = lexicon.Bare
	WithoutReferring = lexicon.WithoutReferring
	WithoutCourtesy  = lexicon.WithoutCourtesy
	WithoutSmall     = lexicon.WithoutSmall
	SaysSeveral      = lexicon.SaysSeveral
	SaysOwn          = lexicon.SaysOwn
	OnlySeveral      = lexicon.OnlySeveral
	Unused           = lexicon.Unused
	IsUPN            = lexicon.IsUPN
	Together         = lexicon.Together // who stands together in a line
	NearName         = lexicon.NearName // whether a name is nearly typed
	without          = lexicon.WithoutRun
	withoutEach      = lexicon.WithoutEach
	folded           = lexicon.Folded
	Commands         = lexicon.Commands // their names, in the order of help
	Aliases          = lexicon.Aliases  // what else people call one
)

// ShortestNumber is how many digits make a phone number out of a word.
const ShortestNumber = number.Shortest

// Numbers in the words of a line, as package number finds them.
var (
	TakeNumber  = number.Take
	TakeDigits  = number.Digits
	Numberish   = number.Ish
	CountDigits = number.Count
	DigitsIn    = number.In
)

// Days among the words of a line, as package date takes them.
var (
	TwoDays    = date.TwoDays
	TakeDay    = date.Take
	TakePeriod = date.TakePeriod
	TakeUntil  = date.TakeUntil
	SaysNow    = date.SaysNow
)

// Which command answers an intent, as package served says.
var (
	Serves      = served.Serves      // whether a command answers an intent by itself
	CommandFor  = served.CommandFor  // the command that answers an intent; empty where none does
	CommandOf   = served.CommandOf   // as above, as the first word of a line
	CommandLine = served.CommandLine // how the line of an intent begins
)

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
	states  = given.States
	changes = func() map[string]provision.OrderKind {
		by := map[string]provision.OrderKind{}
		for kind, set := range said.Changes {
			for w := range set {
				by[w] = kind
			}
		}
		return by
	}()
)
