package sheet

import (
	"fmt"
	"strings"
	"testing"

	"calltab/internal/provision"
	"calltab/internal/provision/dialplan"
)

var shelves = []provision.Location{
	{ID: "seattle", Name: "Seattle", Country: "US"},
	{ID: "zurich", Name: "Zürich", Country: "CH"},
}

// sheetOf is what a file reads as, in a line: numbers with their location and note, the refused lines, how many lines
// name no location, and the notes.
func sheetOf(data string, places []provision.Location, to provision.LocationID) string {
	read, err := Read([]byte(data), places, dialplan.New(), to)
	if err != nil {
		said, _ := provision.SayOf(err)
		return strings.TrimSpace(said.ID + " " + said.Args["line"])
	}
	var all []string
	for _, n := range read.Numbers {
		all = append(all, strings.TrimSpace(fmt.Sprint(n.Number, " ", n.Location, " ", n.Note)))
	}
	for _, r := range read.Refused {
		all = append(all, fmt.Sprintf("%d %s", r.Line, r.Why.ID))
	}
	if read.Unplaced > 0 {
		all = append(all, fmt.Sprint(read.Unplaced, " unplaced"))
	}
	for _, n := range read.Notes {
		all = append(all, n.ID+": "+n.Args["columns"]+n.Args["line"])
	}
	return strings.Join(all, "; ")
}

func TestSheet(t *testing.T) {
	t.Parallel()
	for data, want := range map[string]string{
		"":                     "",
		" \n\n":                "",
		"+12065550101,Seattle": "+12065550101 seattle",
		"\xef\xbb\xbfNumber\tSite\n206 555 0101\tSEATTLE\n":                             "+12065550101 seattle",
		"Regal;Farbe;number;LOCATION;comment\r\nx;y;+41445550101;zürich;für Frau Meier": "+41445550101 zurich für Frau Meier; file-columns: Regal, Farbe",
		"number,ext,site,note\n+12065550101,101,seattle,\"two\nlines, one note\"\n5,,,": "+12065550101;ext=101 seattle two lines, one note; 1 unplaced",
		"12065550101,seattle":                             "+12065550101 seattle", // the plus is lost where a number was taken for an amount
		"41445550101,zurich":                              "+41445550101 zurich",
		"1.20656E+10,seattle":                             "1 number-digits-lost",
		"+12065550101-0103,seattle\n+12065550102,seattle": "+12065550101 seattle; +12065550102 seattle; +12065550103 seattle; 2 file-twice",
		"+12065550100-9999,seattle":                       "1 block-too-big",
		"+12065550101,zurich":                             "1 number-wrong-country",
		"+12065550101,":                                   "1 unplaced",
		"+12065550101,,for later,":                        "1 unplaced",
		"\xff\xfe+\x001\x002\x000\x006\x005\x005\x005\x000\x001\x000\x001\x00,\x00s\x00e\x00a\x00t\x00t\x00l\x00e\x00": "+12065550101 seattle",
		"\xff+12065550101,seattle":               "file-encoding",
		"+12065550101,seattle,a \"quote\" in it": `+12065550101 seattle a "quote" in it`,
	} {
		if got := sheetOf(data, shelves, ""); got != want {
			t.Errorf("%q\n got %s\nwant %s", data, got, want)
		}
	}
	if got := sheetOf("+12065550101", shelves[:1], ""); got != "+12065550101 seattle" {
		t.Errorf("with one location: %s", got)
	}
	if got := sheetOf(strings.Repeat("x,seattle\n", mostLines+5), shelves, ""); !strings.HasSuffix(got, fmt.Sprintf("; %d file-lines", mostLines+1)) {
		t.Errorf("of a long file: %s", got[len(got)-60:])
	}
}

func FuzzSheet(f *testing.F) {
	for _, seed := range []string{"number,location\n+12065550101,seattle", "\"", "a;b;c\n", "+12065550101-0199;Seattle;note;100-120", "\xef\xbb\xbf",
		"sep=;\nfirst;last;quantity;city\n+12065550101;0109;9;Seattle", "#TYPE x\n\"TelephoneNumber\",\"Status\"\n\"+12065550101\",\"Assigned\"", "=\"+12065550101\",\"a\"\"b\"\r\r\n"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		read, err := Read(data, shelves, dialplan.New(), "")
		if err != nil {
			if said, ok := provision.SayOf(err); !ok || said.ID == "" {
				t.Fatalf("without a sentence: %v", err)
			}
			return
		}
		seen := map[provision.E164]bool{}
		for _, n := range read.Numbers {
			if seen[n.Number] || n.Location == "" || len([]rune(n.Note)) > longestNote {
				t.Fatalf("%+v", n)
			}
			seen[n.Number] = true
			base, _, _ := strings.Cut(string(n.Number), ";")
			if len(base) > 16 {
				t.Fatalf("%s has more than 15 digits", n.Number)
			}
		}
		if len(read.Numbers) > provision.MostBatch {
			t.Fatalf("%d numbers", len(read.Numbers))
		}
		for _, r := range read.Refused {
			if r.Line < 1 || r.Why.ID == "" {
				t.Fatalf("%+v", r)
			}
		}
	})
}
