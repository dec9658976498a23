package provision_test

import (
	"context"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"calltab/internal/provision"
)

// census is what the fake remembers for change tracking: who was there when a round began.
type census struct {
	rounds []round
	forgot bool  // links and marks are too old
	aged   bool  // the next mark is
	broken error // of the telephone service's list, from its second page on
	pages  int   // read so far
}

type round struct {
	people []provision.Person // as they were when it began
	told   []provision.Person
	gone   []provision.UserID
}

const censusPage = 2

var tooOld = &provision.Error{Op: "list people", Kind: provision.NotFound}

// People tells of a round by pages of two; each page repeats the last one of the page before.
func (m *microsoft) People(_ context.Context, _ provision.TenantID, from string) (page provision.PeoplePage, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	c := &m.census
	c.pages++
	if m.err != nil || from != "" && c.forgot {
		return page, firstError(m.err, tooOld)
	}
	sort, rest, _ := strings.Cut(from, ":")
	if sort == "mark" && c.aged {
		c.aged = false
		return page, tooOld
	}
	no, at, _ := strings.Cut(rest, ":")
	n, _ := strconv.Atoi(no)
	start, _ := strconv.Atoi(at)
	if sort != "next" {
		var before []provision.Person
		if sort == "mark" {
			before = c.rounds[n].people
		}
		r := round{people: slices.Clone(m.people)}
		for _, p := range m.people {
			if !slices.ContainsFunc(before, func(b provision.Person) bool { return reflect.DeepEqual(b, p) }) {
				r.told = append(r.told, p)
			}
		}
		for _, b := range before {
			if m.person(b.ID) == nil {
				r.gone = append(r.gone, b.ID)
			}
		}
		c.rounds = append(c.rounds, r)
		n = len(c.rounds) - 1
	}
	r := c.rounds[n]
	end := min(start+censusPage, len(r.told))
	page.People = r.told[max(start-1, 0):end]
	if end < len(r.told) {
		page.Next = fmt.Sprintf("next:%d:%d", n, end)
		return page, nil
	}
	page.Gone, page.Mark = r.gone, fmt.Sprintf("mark:%d", n)
	return page, nil
}

func firstError(all ...error) error {
	for _, err := range all {
		if e, is := err.(*provision.Error); err != nil && (!is || e != nil) {
			return err
		}
	}
	return nil
}

func (m *microsoft) Voices(_ context.Context, _ provision.TenantID, from string) (page provision.VoicePage, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.census.pages++
	if m.voiceErr != nil || from != "" && m.census.broken != nil {
		return page, firstError(m.voiceErr, m.census.broken)
	}
	all := slices.Sorted(maps.Keys(m.voices))
	start, _ := strconv.Atoi(from)
	end := min(start+censusPage, len(all))
	for _, id := range all[start:end] {
		page.Voices = append(page.Voices, provision.PersonVoice{User: id, Voice: m.voices[id]})
	}
	if end < len(all) {
		page.Next = strconv.Itoa(end)
	}
	return page, nil
}

func (m *microsoft) Assignments(_ context.Context, _ provision.TenantID, source, from string) (page provision.AssignmentPage, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.census.pages++
	for _, id := range slices.Sorted(maps.Keys(m.voices)) {
		for _, n := range m.voices[id].Numbers {
			a := provision.Assignment{Found: true, Number: n, Target: id, Type: "directRouting", Source: "online", Status: "userAssigned"}
			if m.onPrem[n] {
				a.Source = "onPremises"
			}
			if source == "" || source == a.Source {
				page.Assignments = append(page.Assignments, a)
			}
		}
	}
	start, _ := strconv.Atoi(from)
	end := min(start+censusPage, len(page.Assignments))
	if end < len(page.Assignments) {
		page.Next = strconv.Itoa(end)
	}
	page.Assignments = page.Assignments[start:end]
	return page, nil
}
