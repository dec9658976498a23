// Package parse reads what people write to Calltab: a message becomes an [Intent], which is a command with the words
// that belong to it, and those words become a [Wish], a number, a day. The words that it knows are data, english.json.
//
// It is pure. It knows no store, no directory and no dial plan, so a name is only a name here and a number a Text:
// package bot finds out who and which is meant. It never guesses away what a person wrote: words that nothing is made
// of are returned, and [Unused] refuses them.
//
// A line without a command, or whose words speak against the one that it begins with, becomes a [Reading]: what it is
// about, told by the heaviest of its cues ("left the company"), and what it names. The words of a line lean to the
// intents of those labelled lines that have them, too, which decides between cues that weigh much the same, and where
// none tells ([Reading].Leaned). A reading says itself what keeps it from being acted on ([Reading].Doubt), and which
// cue told.
//
// Callers pass on the words of an Intent as they are. No function changes the words that it gets.
//
//	said.go        the words that mean something, from english.json; how a line becomes words is package lexicon's,
//	               and which command its first words give is package given's
//	wish.go        who, where, which plan and number
//	vocabulary.go  the names of locations and plans, in full or nearly
//	name.go        names of people that contain the name of a location
//	number.go      the ends of numbers; whole ones are package number's
//	cue.go         the cues of the lexicon, and how they are written
//	heaviest.go    which cue of a line tells
//	leaning.go     to which intent the words of a line lean, from leanings.json
//	clause.go      sentences, headings and clauses, and what a clause says not to do
//	stem.go        forms of the words of cues, and slips of the pen
//	token.go       a line taken apart into what it names and other words; digits.go: its numbers; days.go: its days
//	people.go      who is named among the other words, asking the directory; reported.go: who only said it
//	rows.go        several people with places and plans of their own; own.go: what is said of the sender
//	replaced.go    which of two numbers takes the place of the other
//	reading.go     the reading; doubt.go: what keeps it from being acted on
//	command.go     a reading as the line of a command
//	served.go      whether a line speaks against the command that it begins with
package parse
