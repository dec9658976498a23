package sheet

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"strings"
)

//go:embed words.json
var wordsFile []byte

// wordLists are the words of files that mean something, in English, German, French, Spanish, Italian, Dutch and
// Portuguese, and those of Microsoft's programs: of the Teams admin center's export, Get-CsPhoneNumberAssignment,
// Get-CsOnlineTelephoneNumber and Get-CsOnlineUser (learn.microsoft.com/powershell/module/microsoftteams).
type wordLists struct {
	// Columns are the names of columns, as columnWord writes them. AssignmentBlockedState is one of those that answer
	// whether a number is assigned: it is BlockedForever also of a number that is Unassigned.
	Columns map[column]list `json:"columns"`

	// The others are words of cells, as valueWord writes them.

	// Taken say that a number is not free, wherever they stand. Microsoft's are those of PstnAssignmentStatus.
	Taken set `json:"taken"`
	// TakenPhrases are such words that say it only together.
	TakenPhrases []string `json:"taken_phrases"`
	// Bots are what a number can belong to in Teams that is no person.
	Bots set `json:"bots"`
	// Free are what a status says of a number that nobody has. Microsoft's own are Unassigned and Activated
	// (PstnAssignmentStatus and ActivationState).
	Free set `json:"free"`
	// Yes answer whether a number is free, No whether it is assigned.
	Yes set `json:"yes"`
	No  set `json:"no"`
	// Nobody stand where the one who has a number would. Some of No do not: Frei and Vrij are people.
	Nobody set `json:"nobody"`
	// Foreign are in how files say that a number comes from Microsoft or one of its operators: it is no number for
	// Direct Routing.
	Foreign list `json:"foreign"`
	// Direct are how files say that a number comes over Direct Routing.
	Direct list `json:"direct"`

	// People are the names of columns of a list of people, as columnWord writes them.
	People struct {
		User    set `json:"user"`
		Name    set `json:"name"`
		Given   set `json:"given"`
		Surname set `json:"surname"`
		Action  set `json:"action"`
		Plan    set `json:"plan"`
	} `json:"people"`
}

// lexicon is the one file of words: files mix languages.
var lexicon = readWords(wordsFile)

// readWords panics on a file that is none: it is part of the program.
func readWords(raw []byte) *wordLists {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	l := new(wordLists)
	if err := d.Decode(l); err != nil {
		panic("sheet: words.json: " + err.Error())
	}
	return l
}

// list is words that the file has in one line.
type list []string

// UnmarshalJSON reads them.
func (l *list) UnmarshalJSON(raw []byte) error {
	var line string
	if err := json.Unmarshal(raw, &line); err != nil {
		return err
	}
	*l = strings.Fields(line)
	return nil
}

// set is a list to look words up in.
type set map[string]bool

// UnmarshalJSON reads them.
func (s *set) UnmarshalJSON(raw []byte) error {
	var all list
	if err := all.UnmarshalJSON(raw); err != nil {
		return err
	}
	*s = make(set, len(all))
	for _, w := range all {
		(*s)[w] = true
	}
	return nil
}
