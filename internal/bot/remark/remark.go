// Package remark answers short lines that ask for no order: a word of a conversation ("again", "yes"), and questions
// about who decides here. Each has a sentence that says how it is done; nothing is begun, and nothing is guessed: the
// whole line must be one of those in remarks.json, but for courtesy around it.
//
// Callers ask it before they look for a command.
package remark

import (
	_ "embed"
	"encoding/json"
	"strings"

	"calltab/internal/bot/parse/lexicon"
)

//go:embed remarks.json
var remarksJSON []byte

// The remarks whose answer depends on who asks.
const (
	admin     = "admin"
	approver  = "approver"
	corrected = "corrected"
)

// remark is one entry of remarks.json.
type remark struct {
	ID    string   `json:"id"`
	Says  []string `json:"says"`  // whole lines, in small letters
	Rest  bool     `json:"rest"`  // what it is about may follow
	Needs bool     `json:"needs"` // … and must
	Open  bool     `json:"open"`  // anything may follow
}

// Remark is what a line says: its answer is the message "remark." and the ID.
type Remark struct {
	ID   string
	Rest string // what stands behind it, where it says about what it is
}

// whole are the entries by the lines that they are, and begun by what others begin with.
var whole, begun = func() (whole, begun map[string]remark) {
	var all []remark
	if err := json.Unmarshal(remarksJSON, &all); err != nil {
		panic(err) // the file is part of the program
	}
	whole = map[string]remark{}
	begun = map[string]remark{}
	put := func(by map[string]remark, text string, r remark) {
		if _, twice := by[text]; twice {
			panic("remark: " + text + " is there twice")
		}
		by[text] = r
	}
	for _, r := range all {
		for _, text := range r.Says {
			if !r.Needs {
				put(whole, text, r)
			}
			if r.Rest || r.Open {
				put(begun, text, r)
			}
		}
	}
	return whole, begun
}()

// All lists the ids, for those who check that each has an answer.
func All() (ids []string) {
	seen := map[string]bool{}
	for _, by := range []map[string]remark{whole, begun} {
		for _, r := range by {
			if !seen[r.ID] {
				seen[r.ID] = true
				ids = append(ids, r.ID)
			}
		}
	}
	return ids
}

// Of is what a line says; ok is false where it is none of the remarks.
func Of(line []lexicon.Word) (said Remark, ok bool) {
	for _, words := range [][]lexicon.Word{line, lexicon.WithoutCourtesy(line)} {
		if r, ok := whole[written(words)]; ok {
			return Remark{ID: r.ID}, true
		}
	}
	for end := len(line) - 1; end > 0; end-- {
		r, ok := begun[written(line[:end])]
		switch {
		case ok && r.Open:
			return Remark{ID: r.ID}, true
		case ok:
			return Remark{ID: r.ID, Rest: lexicon.Join(lexicon.WithoutCourtesy(lastPart(line[end:])))}, true
		}
	}
	if ofRole(line) {
		return Remark{ID: "role"}, true
	}
	return Remark{}, false
}

// lastPart is what stands behind the last comma of some words: "Gita" of "Dana, Gita".
func lastPart(words []lexicon.Word) []lexicon.Word {
	for i := len(words) - 2; i >= 0; i-- {
		if words[i].Ends {
			return words[i+1:]
		}
	}
	return words
}

// ofRole reports a line that gives or takes a role: "make Bruno an admin", "remove Carol as approver".
func ofRole(line []lexicon.Word) bool {
	said := lexicon.English
	for i := 1; i < len(line); i++ {
		if !said.Roles.Has(line[i]) {
			continue
		}
		before := i - 1
		for before > 0 && (said.Articles.Has(line[before]) || said.Objects.Has(line[before])) {
			before--
		}
		if said.As.Has(line[before]) || said.Appoints.Has(line[0]) {
			return true
		}
	}
	return false
}

// written is a line as remarks are written; empty where something in it is quoted, which is a name.
func written(line []lexicon.Word) string {
	words := make([]string, 0, len(line))
	for _, w := range line {
		if w.Quoted {
			return ""
		}
		word := strings.Trim(lexicon.Folded(w.Text), ".!…()")
		if word != "" {
			words = append(words, word)
		}
	}
	return strings.Join(words, " ")
}
