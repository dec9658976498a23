// Package remark answers short lines that ask for no order: a word of a conversation ("again", "yes"), and questions
// about who decides here. Each has a sentence that says how it is done; nothing is begun, and nothing is guessed: the
// whole line must be one of those in remarks.json, but for courtesy around it, or say in the words of deciders.json who
// is to decide about an order.
//
// Callers ask it before they look for a command.
package remark

import (
	_ "embed"
	"encoding/json"
	"slices"
	"strings"

	"calltab/internal/bot/parse/lexicon"
)

//go:embed remarks.json
var remarksJSON []byte

// The remarks whose answer depends on who asks, or on whom they name.
const (
	admin     = "admin"
	approver  = "approver"
	corrected = "corrected"
	role      = "role"
	wrong     = "wrong"
	retry     = "retry"
)

// remark is one entry of remarks.json.
type remark struct {
	ID    string   `json:"id"`
	Says  []string `json:"says"`  // whole lines, in small letters
	Rest  bool     `json:"rest"`  // what it is about may follow
	Needs bool     `json:"needs"` // … and must
	Open  bool     `json:"open"`  // anything may follow
	Not   bool     `json:"not"`   // what follows is not meant, but what stands behind a comma is
}

// Remark is what a line says: its answer is the message "remark." and the ID.
type Remark struct {
	ID    string
	Rest  string // what stands behind it, where it says about what it is
	Not   string // who is not meant, where it says who is
	About string // whose order another person is to decide about, where it says so
	Sure  bool   // a decision is meant, and not a call; an approver is to be reminded, and not told
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
	if r, ok := ofDeciders(line); ok {
		return r, true
	}
	for end := len(line) - 1; end > 0; end-- {
		r, ok := begun[written(line[:end])]
		switch {
		case ok && r.Open:
			return Remark{ID: r.ID}, true
		case ok:
			return about(r, lexicon.WithoutCourtesy(line[end:])), true
		}
	}
	if who := ofRole(lexicon.WithoutCourtesy(line)); who != "" {
		return Remark{ID: role, Rest: who}, true
	}
	return Remark{}, false
}

// about is a remark with what stands behind it.
func about(r remark, rest []lexicon.Word) Remark {
	comma := slices.IndexFunc(rest, func(w lexicon.Word) bool { return w.Ends }) + 1
	switch {
	case !r.Not:
		return Remark{ID: r.ID, Rest: lexicon.Join(rest)}
	case comma == 0 || comma == len(rest): // "not Dana"
		return Remark{ID: wrong, Rest: lexicon.Join(rest)}
	}
	return Remark{ID: r.ID, Rest: lexicon.Join(rest[comma:]), Not: lexicon.Join(rest[:comma])} // "not Dana, Gita"
}

// longestName is how many words a name has at most that a remark is about.
const longestName = 3

// ofRole is who a line gives a role to, or takes it from, and says nothing else: "make Bruno an admin", "remove Carol as
// approver". It is empty where it says another thing.
func ofRole(line []lexicon.Word) string {
	said := lexicon.English
	end := len(line) - 1
	if end < 1 || !said.Roles.Has(line[end]) {
		return ""
	}
	if end > 1 && (said.Articles.Has(line[end-1]) || said.Objects.Has(line[end-1])) {
		end--
	}
	as := written(line[end-1:end]) == "as"
	switch {
	case as:
		end--
	case end > 2 && written(line[end-2:end]) == "to be":
		end -= 2
	}
	appoints := said.Appoints.Begins(line) || as && said.Casts.Begins(line)
	apart := end < len(line)-1 // "set Dana operator" may be about something else
	parts := slices.ContainsFunc(line[:len(line)-1], func(w lexicon.Word) bool { return w.Ends || w.Stops || w.Heads })
	if !appoints || !apart || parts || end < 2 || end > 1+longestName {
		return ""
	}
	return lexicon.Join(line[1:end])
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
