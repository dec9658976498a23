package lexicon

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"strings"

	"calltab/internal/provision"
)

//go:embed english.json
var english []byte

// English is the one lexicon: the words of a language are understood whatever language a person reads.
var English = Read(english)

// Lexicon is the file of the words of one language, each in small letters.
type Lexicon struct {
	Commands   []Command `json:"commands"`   // in the order of help
	Politeness Set       `json:"politeness"` // what people write before a command
	Courtesy   Set       `json:"courtesy"`   // see WithoutCourtesy
	Referring  Set       `json:"referring"`  // "cancel my order"
	Several    Set       `json:"several"`    // mean more orders than one
	Greetings  Set       `json:"greetings"`  // alone, or behind Good
	Good       Set       `json:"good"`       // "good morning"
	Thanks     Set       `json:"thanks"`     // at the beginning of a message without a command
	Questions  []string  `json:"questions"`  // those that help answers
	Never      Set       `json:"never"`      // "never mind"
	Mind       Set       `json:"mind"`       // as above
	Show       Set       `json:"show"`       // before what is looked for
	Take       Set       `json:"take"`       // "take back Dana Reyes", "take Dana Reyes back"
	Back       Set       `json:"back"`       // as above
	TakeBack   Set       `json:"take_back"`  // in one word, before a person
	All        Set       `json:"all"`        // "all orders of Dana Reyes"
	Last       Set       `json:"last"`       // the newest of one's own orders
	Had        Set       `json:"had"`        // "who had": a question about the past
	WhatIDid   Set       `json:"what_i_did"` // in its place, with words behind it: "what I just did"
	LastThing  Set       `json:"last_thing"` // behind them: "last thing I did"
	// KindsOfOrders name an order by what it does: "undo release Theo"
	KindsOfOrders Set `json:"kinds_of_orders"`
	Others        Set `json:"others"`     // the people who cannot be imported
	Numbers       Set `json:"numbers"`    // what is added or compared
	Location      Set `json:"location"`   // what is added
	Self          Set `json:"self"`       // oneself
	Reasons       Set `json:"reasons"`    // of a question such as “why can Dana not be listed”
	Messages      Set `json:"messages"`   // what is muted
	From          Set `json:"from"`       // before what a person moves from
	To            Set `json:"to"`         // before where they move to
	Small         Set `json:"small"`      // carry nothing between the parts of a wish
	Articles      Set `json:"articles"`   // as above, before one of Small
	Creates       Set `json:"creates"`    // before a person who gets a phone
	Happened      Set `json:"happened"`   // what was done to a phone: "has been moved"
	Another       Set `json:"another"`    // before what takes the place of a number
	Keeping       Set `json:"keeping"`    // before what is to stay
	Devices       Set `json:"devices"`    // of the words for a line: those that may mean what it rings on
	SameOne       Set `json:"same_one"`   // before what is to stay as it is: "the same number"
	Decides       Set `json:"decides"`    // between who decides and about whom
	EndsIn        Set `json:"ends_in"`    // before two digits that are the end of a number
	Surnames      Set `json:"surnames"`   // begin the heading of a surname
	Replaces      Set `json:"replaces"`   // between who comes and who goes
	Has           Set `json:"has_had"`    // between a person and what they said
	WishesFor     Set `json:"wishes_for"` // by which a person wants something for another
	HandsOn       Set `json:"hands_on"`   // by which a number goes to another person
	TakesOver     Set `json:"takes_over"` // by which a person gets the number of another
	// begins a question whether something was done
	AsksWhetherDone Set `json:"asks_whether_done"`

	Tongues    Set                           `json:"tongues"`  // words of other languages that are no English
	Roles      Set                           `json:"roles"`    // who has which
	Appoints   Set                           `json:"appoints"` // before who is to have a role
	Casts      Set                           `json:"casts"`    // as Appoints, before an "as": "remove Carol as approver"
	Idle       Set                           `json:"idle"`     // say nothing in the line of an order: "Mr", "asap"
	States     map[provision.NumberState]Set `json:"states"`
	Changes    map[provision.OrderKind]Set   `json:"changes"`    // what changes
	Extensions string                        `json:"extensions"` // how people begin an extension, those that contain another one first
	Ranges     Set                           `json:"ranges"`     // between the first and the last number of a block
	Months     string                        `json:"months"`     // the beginnings of their names, three letters each
	Today      Set                           `json:"today"`      // a day
	Yesterday  Set                           `json:"yesterday"`  // as above
	WithinDay  Set                           `json:"within_day"` // carry nothing within a day: "on the 3rd of November"

	// what lines about orders ask for
	OrdersOpen   Set    `json:"orders_open"`
	OrdersDone   Set    `json:"orders_done"`
	OrdersFailed Set    `json:"orders_failed"`
	OrdersEnded  Set    `json:"orders_ended"`
	OrdersLate   Set    `json:"orders_late"`
	OrdersDecide Set    `json:"orders_decide"` // what the sender is to do about them
	OrdersOwn    Set    `json:"orders_own"`    // the sender's
	ForSender    Set    `json:"for_sender"`    // before a word for the sender: that wait for them
	OrdersMine   Set    `json:"orders_mine"`   // with a word for the sender: that wait for them
	Since        Set    `json:"since"`         // before a day: from it on
	Weekdays     string `json:"weekdays"`      // from Sunday on

	// until when a number is kept
	Until      Set               `json:"until"`
	Tomorrow   Set               `json:"tomorrow"`
	Units      map[string]string `json:"units"`        // of time
	FewInWords string            `json:"few_in_words"` // from nought on

	// what readings are made by
	Breaks        Set                                `json:"breaks"`         // between people and things
	AnyNumber     []string                           `json:"any_number"`     // at the end of a line: any number will do
	Conditions    Set                                `json:"conditions"`     // what follows is so only then
	Asks          Set                                `json:"asks"`           // begin a question
	AsksPolitely  Set                                `json:"asks_politely"`  // those that may begin a request
	Requests      Set                                `json:"requests"`       // behind one of those they make it a request: "can you"
	Joins         Set                                `json:"joins"`          // those of them between several people
	Then          Set                                `json:"then"`           // as above, between several wishes
	Pronouns      Set                                `json:"pronouns"`       // whom or what the line has named before
	Contractions  Set                                `json:"contractions"`   // what looks like an owner and is none
	Ending        Set                                `json:"ending"`         // before the end of a number
	Days          Set                                `json:"days"`           // one word, one day
	WhichDay      Set                                `json:"which_day"`      // "last week"
	Spans         Set                                `json:"spans"`          // as above
	Now           Set                                `json:"now"`            // days on which an order begins anyway
	BackOne       Set                                `json:"the_one_before"` // "last week" is the one before this
	Week          Set                                `json:"week"`           // a span that begins on Monday
	Month         Set                                `json:"month"`          // a span from the first day on
	MonthNames    Set                                `json:"month_names"`    // in full
	Own           Set                                `json:"own"`            // the sender
	Not           Set                                `json:"not"`            // what not to do
	Everyone      Set                                `json:"everyone"`       // nobody in particular
	Foreign       Set                                `json:"foreign"`        // words of other languages, by which they are known
	Stop          Set                                `json:"stop"`           // carry nothing by themselves
	Emergency     Set                                `json:"emergency"`      // numbers that are nobody's
	AreaCode      Set                                `json:"area_code"`      // before the area code of numbers
	Plural        Set                                `json:"plural"`         // behind one
	Through       Set                                `json:"through"`        // between the first and the last number of a block, and nothing else
	Becomes       Set                                `json:"becomes"`        // between a number and the one that takes its place
	InPlaceOf     Set                                `json:"in_place_of"`    // between a number and the one whose place it takes
	Passing       []string                           `json:"passing"`        // days that say no more than now
	AllOf         Set                                `json:"all_of"`         // "all day" is about nobody
	Into          Set                                `json:"into"`           // before a location
	Tel           Set                                `json:"tel"`            // before a number, and no field
	More          Set                                `json:"more"`           // behind how many
	Our           Set                                `json:"our"`            // before a location
	Office        Set                                `json:"office"`         // behind one that has that before it
	StatePhrases  map[provision.NumberState][]string `json:"state_phrases"`
	Requesting    Set                                `json:"requesting"`     // make a request of a line with a question mark
	BeforeMonth   Set                                `json:"before_month"`   // "in October"
	Reference     Set                                `json:"reference"`      // before the number of a ticket
	MayI          Set                                `json:"may_i"`          // "may I have a phone"
	Origins       Set                                `json:"origins"`        // before what something else takes the place of
	BeforeOrigin  Set                                `json:"before_origin"`  // before some of them: "instead of"
	Tariff        Set                                `json:"tariff"`         // behind a plan that has an article before it
	Endings       []string                           `json:"endings"`        // of the forms of a word, the longest first
	DayParts      Set                                `json:"day_parts"`      // "Monday morning"
	EndOf         Set                                `json:"end_of"`         // "end of the week"
	Ago           Set                                `json:"ago"`            // "two weeks ago"
	Within        Set                                `json:"within"`         // "in two weeks"
	FewCounts     Set                                `json:"few_counts"`     // numbers in words, and a few
	Tells         Set                                `json:"tells"`          // behind who said what a line passes on
	AsksTo        Set                                `json:"asks_to"`        // as above, before Listener: "asked me to"
	Listener      Set                                `json:"listener"`       // as above
	Heard         Set                                `json:"heard"`          // before HeardFrom and who said it: "according to"
	HeardFrom     Set                                `json:"heard_from"`     // as above
	Someone       Set                                `json:"someone"`        // other people than the sender, without a name
	AnyAnywhere   []string                           `json:"any_anywhere"`   // wherever they stand, any number will do
	Abbreviations Set                                `json:"abbreviations"`  // their full stop ends no sentence
	Headings      Set                                `json:"headings"`       // of the fields of a form
	OfHeadings    Set                                `json:"of_headings"`    // before one of them, and no more than it says
	Wishing       Set                                `json:"wishing"`        // make a wish of "can Dana have a phone"
	Former        Set                                `json:"former"`         // before what something else takes the place of: "old site"
	Kept          Set                                `json:"kept"`           // between one of those and what was
	Contrasts     Set                                `json:"contrasts"`      // part a line where it says something else than before
	Regards       Set                                `json:"regards"`        // before the name of who wrote a line
	Closing       Set                                `json:"closing"`        // before "regards" and who wrote it, in one line
	Warm          Set                                `json:"warm"`           // between "with" and the end of a letter: "kind regards"
	Objects       Set                                `json:"objects"`        // behind a "not" that only says what else is not meant: "not the user"
	Offers        Set                                `json:"offers"`         // of numbers: those that can be given
	Things        Set                                `json:"things"`         // of Everyone: what is no person
	Forbids       Set                                `json:"forbids"`        // of Not: those that stop what was said before
	Onwards       Set                                `json:"onwards"`        // behind a day
	Hours         Set                                `json:"hours"`          // times of day in a word
	HalfDays      Set                                `json:"half_days"`      // behind an hour
	Early         Set                                `json:"early"`          // before a month or a span
	ShortDays     Set                                `json:"short_days"`     // days of the week, abbreviated
	Deadlines     Set                                `json:"deadlines"`      // days in the letters of an office, and before a day
	Holidays      Set                                `json:"holidays"`       // that are days
	Past          Set                                `json:"past"`           // of what is over
	Clerks        Set                                `json:"clerks"`         // who writes a ticket, in brackets
	BeforeNot     Set                                `json:"before_not"`     // "do not take" is no state, "not taken" is one
	Being         Set                                `json:"being"`          // before "on" and what is so now
	Too           Set                                `json:"too"`            // what is said of something that is not enough
	Corrects      Set                                `json:"corrects"`       // between what was meant at first and what is
	Lets          Set                                `json:"lets"`           // behind an "and": what follows is to stay as it is
	As            Set                                `json:"as"`             // before everybody: they are only compared with
	Ordinary      Set                                `json:"ordinary"`       // words that a name could begin with
	Discussed     Set                                `json:"discussed"`      // before "with" and whom it was discussed with
	Raising       Set                                `json:"raising"`        // before "by" and who wrote it
	Raisers       Set                                `json:"raisers"`        // the field of who wrote it, of a form
	BetweenPeople Set                                `json:"between_people"` // say nothing else of one of several people
	OfOne         Set                                `json:"of_one"`         // behind the last of several people: say something of that one
	ShortFor      map[string]string                  `json:"short_for"`      // abbreviations, and the words that they stand for
	OfNumber      Set                                `json:"of_number"`      // beside a "no." that stands for a number
	Classes       map[string]Set                     `json:"classes"`        // words of cues that stand for each other
	Intents       []Cues                             `json:"intents"`        // see cue
}

// Command is the name of a command and what else people call it.
type Command struct {
	Name    string `json:"name"`
	Aliases string `json:"aliases"`
}

// Read reads a file of words. It panics on one that is none: it is part of the program.
func Read(raw []byte) *Lexicon {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	l := new(Lexicon)
	if err := d.Decode(l); err != nil {
		panic("lexicon: " + err.Error())
	}
	return l
}

// Set is words that mean the same, in small letters. The lexicon has them in one line.
type Set map[string]bool

// UnmarshalJSON reads them.
func (s *Set) UnmarshalJSON(raw []byte) error {
	var line string
	if err := json.Unmarshal(raw, &line); err != nil {
		return err
	}
	*s = SetOf(strings.Fields(line)...)
	return nil
}

// SetOf is a set of some words.
func SetOf(words ...string) Set {
	set := make(Set, len(words))
	for _, w := range words {
		set[w] = true
	}
	return set
}

// Has reports whether a word, however its letters are written, is one of them. A word in quotes is a name.
func (s Set) Has(w Word) bool { return !w.Quoted && s.Says(w.Text) }

// Says is Has for a text.
func (s Set) Says(text string) bool { return s[strings.ToLower(text)] }

// IsSelf reports whether a text says the sender and nobody else: "me", "my".
func IsSelf(text string) bool {
	words := strings.Fields(text)
	for _, w := range words {
		if !English.Self.Says(w) && !English.Own.Says(w) {
			return false
		}
	}
	return len(words) > 0
}

// Begins reports whether the first of some words is one of the set.
func (s Set) Begins(words []Word) bool { return len(words) > 0 && s.Has(words[0]) }

// Cues are the ways of saying by which a line tells one intent.
type Cues struct {
	Intent string   `json:"intent"`
	Topic  string   `json:"topic"`
	Cues   []string `json:"cues"`
}
