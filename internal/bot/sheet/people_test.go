package sheet_test

import (
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"calltab/internal/bot/sheet"
	"calltab/internal/bot/sheet/xlsx"
	"calltab/internal/provision"
)

func TestPeople(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ file, want string }{
		"user names":             {"UPN,Location,Plan\na@x.example,Boston,Metered\n", "add a@x.example Boston Metered"},
		"names":                  {"Name;Standort;Tarif\nDana Reyes;Boston;\n", `add "Dana Reyes" Boston`},
		"a user name and names":  {"Name,Email\nDana,dana@x.example\n\nErin,\n", `add dana@x.example|add "Erin"`},
		"what to do":             {"Action,User,Number\nremove,a@x.example,\nadd,b@x.example,'+12065550144\n", "remove a@x.example|add b@x.example +12065550144"},
		"numbers":                {"Number,User\n+12065550144,a@x.example\n", ""},
		"numbers, all empty":     {"Number,User\n,a@x.example\n", "add a@x.example"},
		"no heading":             {"a@x.example,Boston\n", ""},
		"nothing":                {"", ""},
		"a heading alone":        {"User,Location\n", ""},
		"an open quote":          {"User\n\"a@x.example\n", ""},
		"two columns for a name": {"Vorname;Nachname;Standort\nDana;Reyes;Boston\n", `add "Dana Reyes" Boston`},
		"a given name alone":     {"Vorname;Standort\nDana;Boston\n", ""},
		"what to do left open":   {"Action,Name,Office\nremove,Dana Reyes,\n,Erin Walsh,Boston\n,,\n", `remove "Dana Reyes"|"Erin Walsh" Boston`},
		"a sum below":            {"Action,Name,Count\nremove,Dana Reyes,1\n,,1\n", `remove "Dana Reyes"|1`},
		"a title above":          {"Moves, spring\n\nName;Office\nDana Reyes;Boston\n", `add "Dana Reyes" Boston`},
		"a title with a day":     {"Moves of 2026-03-02\nUser,Office\na@x.example,Boston\n", "add a@x.example Boston"},
		"commas in a heading":    {"\"Name, as in Outlook\";UPN\n\"Reyes, Dana\";a@x.example\n", "add a@x.example"},
		"a column unknown":       {"UPN;\"Cost, centre\"\na@x.example;12, 13\n", "add a@x.example"},
		"a workbook's":           {"\"Moves, spring\"\n\"UPN\"\x1f\"Office, or where\"\x1f\"Plan\"\n\"a@x.example\"\x1f\"\"\x1f\"Metered\"\n", "add a@x.example Metered"},
		"a workbook's numbers":   {"\"Stock, spring\"\n\"Number\"\x1f\"User\"\n\"12065550144\"\x1f\"\"\n", ""},
		"numbers below a title":  {"Stock\nNumber,Location\n+12065550144,Seattle\nUser,Name\n", ""},
		"people above":           {"a@x.example,Boston\nUser,Office\nb@x.example,Boston\n", ""},
		"a heading far below":    {strings.Repeat("x\n", 20) + "User\na@x.example\n", ""},
		"UTF-16":                 {"\xff\xfeU\x00P\x00N\x00\n\x00a\x00@\x00x\x00.\x00y\x00\n\x00", "add a@x.y"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			list, err := sheet.People([]byte(c.file))
			if got := strings.Join(list.Lines, "|"); err != nil || got != c.want {
				t.Errorf("%q, %v; want %q", got, err, c.want)
			}
		})
	}
}

// TestPeopleNotes: what of a list is not used is said.
func TestPeopleNotes(t *testing.T) {
	t.Parallel()
	list, err := sheet.People([]byte("Spring\nUPN,Start date,E-mail,,Floor\na@x.example,2026-03-02,a@x.example,x,\n"))
	want := []provision.Message{provision.Say("file-heading", "line", "2"),
		provision.Say("file-columns", "columns", "Start date, E-mail, 4")}
	if err != nil || !reflect.DeepEqual(list.Notes, want) {
		t.Errorf("%v, %v", list.Notes, err)
	}
}

// TestPeopleNotesAreShort: what a heading has is no message of any length.
func TestPeopleNotesAreShort(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("é", 500)
	list, err := sheet.People([]byte("UPN" + strings.Repeat(","+long, 60) + "\na@x.example" + strings.Repeat(",x", 60) + "\n"))
	if err != nil || len(list.Notes) != 1 || len(list.Notes[0].Args["columns"]) > 2000 {
		t.Errorf("%d notes, %v", len(list.Notes), err)
	}
}

// TestPeopleOfAnyWorkbook: whatever stands in the cells of a workbook's title and of its other columns, its people are
// found.
func TestPeopleOfAnyWorkbook(t *testing.T) {
	t.Parallel()
	piece := rapid.SampledFrom([]string{",", ";", "|", `"`, "'", "sep=;", "Moves", "2026-03-02", " ", "=", "é", "12", "(", "\t"})
	text := rapid.Custom(func(rt *rapid.T) string { return strings.Join(rapid.SliceOfN(piece, 0, 6).Draw(rt, "pieces"), "") })
	rapid.Check(t, func(rt *rapid.T) {
		titles := rapid.SliceOfN(rapid.SliceOfN(text, 1, 3), 0, 4).Draw(rt, "titles")
		extra := rapid.IntRange(0, 3).Draw(rt, "columns")
		more := rapid.SliceOfN(text, extra, extra)
		var file strings.Builder
		row := func(cells ...string) {
			for i, c := range cells {
				if i > 0 {
					file.WriteRune(xlsx.Separator)
				}
				file.WriteString(`"` + strings.ReplaceAll(c, `"`, `""`) + `"`)
			}
			file.WriteString("\n")
		}
		for _, cells := range titles {
			row(cells...)
		}
		heading := more.Draw(rt, "headings")
		for i := range heading { // a line with a number is none
			heading[i] = strings.NewReplacer("2026-03-02", "day", "12", "x").Replace(heading[i])
		}
		row(append([]string{"UPN"}, heading...)...)
		row(append([]string{"a@x.example"}, more.Draw(rt, "cells")...)...)
		list, err := sheet.People([]byte(file.String()))
		if err != nil || len(list.Lines) != 1 || list.Lines[0] != "add a@x.example" {
			rt.Fatalf("%q: %q, %v", file.String(), list.Lines, err)
		}
	})
}

// FuzzPeople: whatever a file holds, every line of it that is not blank is one order, in one line.
func FuzzPeople(f *testing.F) {
	f.Add("User,Location\na@x.example,Boston\n")
	f.Add("Action;Name\nremove;\"Dana\nReyes\"\n")
	f.Fuzz(func(t *testing.T, file string) {
		list, err := sheet.People([]byte(file))
		if err != nil {
			return
		}
		lines := list.Lines
		if len(lines) > strings.Count(file, "\n")+strings.Count(file, "\r")+1 {
			t.Fatalf("%d orders", len(lines))
		}
		for _, l := range lines {
			if strings.TrimSpace(l) == "" {
				t.Fatal("a row is empty")
			}
		}
	})
}
