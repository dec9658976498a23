package orgyaml

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"calltab/internal/provision"
)

const exampleOrg = `# numbers that regulators keep for fiction
locations:
  - id: seattle
    name: Seattle
    country: US
    time_zone: America/Los_Angeles
    emergency_location: 5E0F3F0C-1b7a-4a53-9c53-0b1c2d3e4f50
    numbers: ["+12065550100-0199", +12065550005]
  - id: london-2
    name: "London: City"
    country: GB
    time_zone: Europe/London
    numbers: +442079460000-0009
  - id: empty
    name: Empty
    country: DE
    time_zone: Europe/Berlin
    cooling_days: 0
    low_stock: 5
    admins: A11CE000-0000-4000-8000-000000000001
plans:
  - {id: metered, name: Metered, price: 8.50, voice_routing_policy: Metered Calls, dial_plan: , calling_policy: Allow}
`

func TestRead(t *testing.T) {
	t.Parallel()
	org, err := Read([]byte(exampleOrg))
	if err != nil {
		t.Fatal(err)
	}
	none := 0
	want := []provision.Location{
		{ID: "seattle", Name: "Seattle", Country: "US", TimeZone: "America/Los_Angeles", EmergencyLocation: "5e0f3f0c-1b7a-4a53-9c53-0b1c2d3e4f50"},
		{ID: "london-2", Name: "London: City", Country: "GB", TimeZone: "Europe/London"},
		{ID: "empty", Name: "Empty", Country: "DE", TimeZone: "Europe/Berlin", CoolingDays: &none, LowStock: 5,
			Admins: []provision.UserID{"a11ce000-0000-4000-8000-000000000001"}},
	}
	if len(org.locations) != len(want) {
		t.Fatalf("got %+v", org.locations)
	}
	for i, got := range org.locations {
		if !reflect.DeepEqual(got, want[i]) {
			t.Errorf("got  %+v\nwant %+v", got, want[i])
		}
	}
	if p := (provision.Plan{ID: "metered", Name: "Metered", Price: "8.50", VoiceRoutingPolicy: "Metered Calls", CallingPolicy: "Allow"}); len(org.plans) != 1 || org.plans[0] != p {
		t.Errorf("got %+v, want %+v", org.plans, p)
	}
	numbers := map[provision.LocationID][]provision.E164{}
	for n, l := range org.eachNumber() {
		numbers[l] = append(numbers[l], n)
	}
	s, l := numbers["seattle"], numbers["london-2"]
	if len(numbers) != 2 || len(s) != 101 || s[0] != "+12065550005" || s[1] != "+12065550100" || s[100] != "+12065550199" || len(l) != 10 || l[9] != "+442079460009" {
		t.Errorf("numbers: %v", numbers)
	}
	for range org.eachNumber() {
		break // stops the iterator; a yield after this would panic
	}
}

func TestReadMistakes(t *testing.T) {
	t.Parallel()
	replace := func(old, new string) string {
		if !strings.Contains(exampleOrg, old) {
			t.Fatalf("the example has no %q", old)
		}
		return strings.Replace(exampleOrg, old, new, 1)
	}
	for name, c := range map[string]struct{ file, want string }{
		"empty":              {"", "line 1: the file is empty"},
		"only a comment":     {"# nothing\n", "line 1: the file is empty"},
		"not YAML":           {"locations: [\n", "not YAML"},
		"tabs":               {"locations:\n\t- id: x\n", "line 2: not YAML"},
		"a list":             {"- id: seattle\n", "line 1: expected the file with its fields"},
		"a word":             {"seattle\n", "line 1: expected the file with its fields"},
		"two documents":      {exampleOrg + "---\nlocations: []\n", "line 24: a second document"},
		"no locations":       {"plans:\n  - {id: a, name: A, price: 1, voice_routing_policy: V}\n", "line 1: locations: missing; expected a list, [] for none"},
		"no plans":           {exampleOrg[:strings.Index(exampleOrg, "plans:")], "line 1: plans: missing; expected a list, [] for none"},
		"unknown at the top": {exampleOrg + "sites: []\n", "line 23: sites: unknown; the file has approvals, employees_pick_numbers, fallback, licences, limits, locations, plans, roles"},
		"unknown field":      {replace("    name: Seattle\n", "    name: Seattle\n    timezone: x\n"), "line 5: timezone: unknown; a location has admins, approval_days, approvers, blocked, channel, cooling_days, country, emergency_location, fallback, id, low_stock, name, numbers, plan, reserve_days, time_zone"},
		"key twice":          {replace("    name: Seattle\n", "    name: Seattle\n    name: Seattle\n"), "line 5: not YAML: mapping key"},
		"no name":            {replace("    name: Seattle\n", ""), "line 3: name: missing; a location needs it"},
		"empty name":         {replace("name: Seattle", `name: " "`), "line 4: empty; expected a text"},
		"name is a list":     {replace("name: Seattle", `name: [Seattle]`), "line 4: expected a text"},
		"location is a word": {replace("  - id: empty\n    name: Empty\n    country: DE\n    time_zone: Europe/Berlin\n    cooling_days: 0\n    low_stock: 5\n    admins: A11CE000-0000-4000-8000-000000000001\n", "  - berlin\n"), `line 14: expected a location with its fields, not "berlin"`},
		"locations is a map": {"locations: {id: x}\nplans: []\n", "locations: expected a list"},
		"id with capitals":   {replace("id: seattle", "id: Seattle"), `line 3: id: is "Seattle"; expected small letters`},
		"id with a space":    {replace("id: london-2", "id: london 2"), `line 9: id: is "london 2"`},
		"id too long":        {replace("id: seattle", "id: "+strings.Repeat("a", 41)), "line 3: id: is"},
		"id twice":           {replace("id: empty", "id: seattle"), `line 14: id: there is a location "seattle" already, on line 3`},
		"country in words":   {replace("country: US", "country: Usa"), `line 5: country: is "Usa"; expected two capital letters`},
		"country in small":   {replace("country: US", "country: us"), "line 5: country"},
		"country alias":      {replace("country: GB", "country: UK"), "line 11: country"},
		"continent":          {replace("country: US", "country: EU"), "line 5: country"},
		"unknown country":    {replace("country: US", "country: ZZ"), "line 5: country"},
		"unknown zone":       {replace("America/Los_Angeles", "Pacific Standard Time"), `line 6: time_zone: is "Pacific Standard Time"; expected an IANA time zone`},
		"this machine's":     {replace("Europe/London", "Local"), `line 12: time_zone: is "Local"`},
		"emergency by name":  {replace("5E0F3F0C-1b7a-4a53-9c53-0b1c2d3e4f50", "Main Street"), `line 7: emergency_location: is "Main Street"`},
		"cooling too long":   {replace("cooling_days: 0", "cooling_days: 366"), `line 18: cooling_days: is "366"; expected a whole number from 0 to 365`},
		"cooling in words":   {replace("cooling_days: 0", "cooling_days: a month"), `line 18: cooling_days: is "a month"`},
		"stock below zero":   {replace("low_stock: 5", "low_stock: -1"), `line 19: low_stock: is "-1"`},
		"admin by name":      {replace("A11CE000-0000-4000-8000-000000000001", "Alice"), `line 20: admins: is "Alice"; expected the object id of a person`},
		"blocked elsewhere":  {replace("numbers: +442079460000-0009", "numbers: +442079460000-0009\n    blocked: +12065550100"), "line 14: blocked: +12065550100 is not among the numbers of the location"},
		"bad block":          {replace("+12065550100-0199", "ask the carrier"), `line 8: numbers: "ask the carrier"`},
		"no plus, no zero":   {strings.Replace(replace("cooling_days: 0", "numbers: 39 2 12345678\n    cooling_days: 0"), "country: DE", "country: IT", 1), `line 18: numbers: "39 2 12345678"`},
		"no area code":       {replace("cooling_days: 0", "numbers: \"12345\"\n    cooling_days: 0"), `line 18: numbers: "12345"`},
		"two extensions":     {replace("+12065550005", "+12065550005;ext=12/13"), `line 8: numbers: "+12065550005;ext=12/13"`},
		"block backwards":    {replace("+12065550100-0199", "+12065550199-0100"), `line 8: numbers: "+12065550199-0100"`},
		"same number twice":  {replace("+12065550005", "+12065550150"), `line 8: numbers: "+12065550150" has numbers that the block on line 8 has too`},
		"two locations":      {replace("+442079460000-0009", "+12065550000-0100"), `line 13: numbers: "+12065550000-0100" has numbers that the block on line 8 has too`},
		"blocked twice":      {replace("numbers: +442079460000-0009", "numbers: +442079460000-0009\n    blocked: [+442079460000-0004, +442079460003]"), `line 14: blocked: "+442079460003" has numbers that the block on line 14 has too`},
		"blocked too many":   {replace("numbers: +442079460000-0009", "numbers: +442079460000-0009\n    blocked: +442079460005-0012"), "line 14: blocked: +442079460010 is not among the numbers of the location"},
		"too many plans":     {exampleOrg + manyPlans(50), "line 1: plans: 51; expected 50 at most"},
		"number is a map":    {replace("+12065550005", "{from: 1}"), "line 8: expected a text"},
		"plan without price": {replace("price: 8.50, ", ""), "line 22: price: missing; a plan needs it"},
		"plan unknown field": {replace("price: 8.50", "cost: 1, price: 8.50"), "line 22: cost: unknown; a plan has calling_policy"},
		"channel by name":    {replace("cooling_days: 0", "channel: General"), `line 18: channel: is "General"; expected the id of a channel`},
		"unknown role":       {exampleOrg + "roles:\n  - {role: boss, who: [a11ce000-0000-4000-8000-000000000001]}\n", `line 24: role: is "boss"; expected admin, operator or auditor`},
		"role for nobody":    {exampleOrg + "roles:\n  - {role: admin}\n", "line 24: who: missing; a role needs it"},
		"role by name":       {exampleOrg + "roles:\n  - {role: admin, who: [Alice]}\n", `line 24: who: is "Alice"; expected the object id of a person or a group`},
		"role nowhere":       {exampleOrg + "roles:\n  - {role: admin, who: [a11ce000-0000-4000-8000-000000000001], locations: []}\n", "line 24: locations: empty; expected locations, or leave it out for everywhere"},
		"role elsewhere":     {exampleOrg + "roles:\n  - {role: admin, who: [a11ce000-0000-4000-8000-000000000001], locations: [paris]}\n", `line 24: there is no location "paris" in the file`},
		"approval by whom":   {exampleOrg + "approvals:\n  - {by: fallback}\n", `line 24: by: is "fallback"; expected none, manager, site or never`},
		"approval of what":   {exampleOrg + "approvals:\n  - {by: site, plan: gold}\n", `line 24: there is no plan "gold" in the file`},
		"approval by all":    {exampleOrg + "approvals:\n  - {by: manager, all: true}\n", "line 24: all: only goes with by: site"},
		"approval for whom":  {exampleOrg + "approvals:\n  - {by: site, requester: dana}\n", `line 24: requester: is "dana"; expected admin, operator, auditor or employee`},
		"approval too late":  {exampleOrg + "approvals:\n  - {by: site}\n  - {by: never, requester: auditor}\n", "line 25: this approval never fits: for every such order one before it does; put it first, or leave it out"},
		"approval of part":   {exampleOrg + "approvals:\n  - {by: site, requester: employee}\n  - {by: none, location: seattle}\n  - {by: never, requester: auditor}\n", "line 26: this approval never fits: for every such order one before it does; put it first, or leave it out"},
		"approval left over": {exampleOrg + "approvals:\n  - {by: site, requester: employee}\n  - {by: site, requester: operator}\n  - {by: site, requester: admin}\n  - {by: none}\n", "line 27: this approval never fits: for every such order one before it does; put it first, or leave it out"},
		"too large a limit":  {exampleOrg + "limits: {drafts: 5000}\n", `line 23: drafts: is "5000"; expected a whole number from 0 to 1000`},
		"an unknown limit":   {exampleOrg + "limits: {phones: 5}\n", "line 23: phones: unknown; limits has drafts, forms, requests, turns"},
		"yes and no":         {exampleOrg + "employees_pick_numbers: maybe\n", `line 23: employees_pick_numbers: is "maybe"; expected true or false`},
		"plan twice":         {exampleOrg + "  - {id: metered, name: M, price: 1, voice_routing_policy: V}\n", `line 23: id: there is a plan "metered" already, on line 22`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := Read([]byte(c.file))
			var e *Error
			if !errors.As(err, &e) {
				t.Fatalf("got %v, want an *Error", err)
			}
			if !strings.Contains(err.Error(), c.want) || len(e.mistakes) != 1 {
				t.Errorf("got  %v\nwant one mistake: %s", err, c.want)
			}
		})
	}
}

func manyPlans(n int) (text string) {
	for i := range n {
		text += fmt.Sprintf("  - {id: p%d, name: P, price: 1, voice_routing_policy: V}\n", i)
	}
	return text
}

// TestReadEmpty: an empty list is meant, and a file that lost one is a mistake.
func TestReadEmpty(t *testing.T) {
	t.Parallel()
	org, err := Read([]byte("locations: []\nplans: []\n"))
	if err != nil || len(org.numbers)+len(org.locations)+len(org.plans) > 0 {
		t.Errorf("%+v, %v", org, err)
	}
}

func TestReadManyMistakes(t *testing.T) {
	t.Parallel()
	_, err := Read([]byte("locations: []\nplans:\n" + strings.Repeat("  - x\n", 70)))
	if err == nil || strings.Count(err.Error(), "\n") != 51 || !strings.HasSuffix(err.Error(), "  and 20 more") {
		t.Errorf("got %v", err)
	}
}

func TestReadTellsAllMistakes(t *testing.T) {
	t.Parallel()
	_, err := Read([]byte("plans:\n  - id: A B\n    price: 1\nlocations:\n  - name: X\n    country: XXX\n    time_zone: Mars\n  - id: x\n"))
	want := `the organisation file is not right:
  line 2: id: is "A B"; expected small letters and digits, with single hyphens between, such as new-york
  line 2: name: missing; a plan needs it
  line 5: id: missing; a location needs it
  line 6: country: is "XXX"; expected two capital letters of ISO 3166-1, such as US or GB
  line 7: time_zone: is "Mars"; expected an IANA time zone, such as America/New_York
  line 8: name: missing; a location needs it
  line 8: country: missing; a location needs it
  line 8: time_zone: missing; a location needs it`
	if err == nil || err.Error() != want {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
}

func TestBlocks(t *testing.T) {
	t.Parallel()
	all := blocks{
		{first: "+12065550100", count: 10, line: 1}, {first: "+12065550109", count: 3, line: 2}, {first: "+12065550111", count: 1, line: 3},
		{first: "+12065550112", count: 1, line: 4}, {first: "+442079460000", count: 1, line: 6}, {first: "+442079460000", count: 1, line: 5},
		{first: "+12065550100;ext=1", count: 1, line: 7}, {first: "+12065550100;ext=2", count: 1, line: 8}, {first: "+12065550100;ext=1", count: 1, line: 9},
		{first: "+12345678999990", count: 20, line: 10}, {first: "+12345678;ext=1", count: 1, line: 11}, // as texts, the second lies within the first
	}
	all.sort()
	var told []string
	all.shared(func(later, earlier block) { told = append(told, fmt.Sprint(later.line, "-", earlier.line)) })
	if want := []string{"2-1", "3-2", "6-5", "9-7"}; !slices.Equal(told, want) {
		t.Errorf("these share numbers: %q, want %q", told, want)
	}
	for n, want := range map[provision.E164]int{
		"+12065550100": 1, "+12065550105": 1, "+12065550112": 4, "+12065550113": 0, "+12065550099": 0, "+1206555010": 0, "+120655501000": 0,
		"+12065550100;ext=2": 8, "+12065550100;ext=3": 0, "+12345678;ext=1": 11, "+12345678;ext=2": 0, "+12345679000009": 10, "+12345679000010": 0,
	} {
		if b, ok := all.find(n); b.line != want || ok != (want > 0) {
			t.Errorf("%s is in the block of line %d, %v, want %d", n, b.line, ok, want)
		}
	}
}

// TestBlockTexts: what export writes reads as the same block, or as its numbers one by one.
func TestBlockTexts(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		block   block
		country string
		want    []string
	}{
		"one":                    {block{first: "+12065550100", count: 1}, "US", []string{"+12065550100"}},
		"with an extension":      {block{first: "+12065550100;ext=12", count: 1}, "US", []string{"+12065550100;ext=12"}},
		"a hundred":              {block{first: "+12065550100", count: 100}, "US", []string{"+12065550100-0199"}},
		"across a thousand":      {block{first: "+12065559990", count: 20}, "US", []string{"+12065559990 - +12065560009"}},
		"short numbers":          {block{first: "+6834000", count: 11}, "NU", []string{"+6834000-4010"}},
		"short ones, elsewhere":  {block{first: "+6834000", count: 11}, "US", []string{"+6834000 - +6834010"}},
		"as many as may be":      {block{first: "+12065500000", count: 100_000}, "US", []string{"+12065500000 - +12065599999"}},
		"more than one block is": {block{first: "+12065500000", count: 100_001}, "US", nil}, // export never makes one
	} {
		got := c.block.texts(c.country)
		if c.want != nil && !slices.Equal(got, c.want) || c.want == nil && len(got) != c.block.count {
			t.Errorf("%s: %d texts, %.80q, want %q", name, len(got), got, c.want)
		}
		if first, count, err := readBlock(got[0], c.country); first != c.block.first || len(got) == 1 && count != c.block.count || err != nil {
			t.Errorf("%s: %q reads as %d numbers from %s, %v", name, got[0], count, first, err)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add(exampleOrg)
	f.Add("a: &a [*a]\n")
	f.Add("locations: &l\n  - id: x\n    <<: *l\nplans: *l\n")
	f.Add("? [a]\n: b\n")
	f.Add("locations:\n- id: |\n    x\n  name: >-\n    y\n")
	f.Add("plans: !!binary x\nlocations: 2001-01-01\n")
	f.Fuzz(func(t *testing.T, text string) {
		org, err := Read([]byte(text))
		if err != nil {
			if e := (*Error)(nil); !errors.As(err, &e) || len(e.mistakes) == 0 || org.locations != nil {
				t.Fatalf("an error that names no mistake: %v", err)
			}
			return
		}
		seen := map[provision.LocationID]bool{}
		for _, l := range org.locations {
			if l.ID == "" || l.Name == "" || l.Country == "" || l.TimeZone == "" || seen[l.ID] {
				t.Fatalf("accepted %+v", l)
			}
			seen[l.ID] = true
		}
		before, first := provision.E164(""), true
		for n, l := range org.eachNumber() {
			if loc, ok := org.has(n); !ok || loc != l || !seen[l] || !first && compareNumbers(before, n) >= 0 {
				t.Fatalf("%s of %q comes behind %s, and is at %q, %v", n, l, before, loc, ok)
			}
			before, first = n, false
		}
	})
}

// TestPlanWithoutPolicy: many tenants route by the Global policy, so a plan need not have one of its own.
func TestPlanWithoutPolicy(t *testing.T) {
	t.Parallel()
	for name, fields := range map[string]string{"no policy": "", "a dial plan only": ", dial_plan: North", "an empty one": ", voice_routing_policy: "} {
		org, err := Read([]byte("locations: []\nplans:\n  - {id: basic, name: Basic, price: \"x\"" + fields + "}\n"))
		if err != nil || len(org.plans) != 1 || org.plans[0].VoiceRoutingPolicy != "" {
			t.Errorf("%s: %v, %+v", name, err, org.plans)
		}
	}
}

// TestReadLicences: a product or service plan of tomorrow is an entry of the file, and is written back as it was read.
func TestReadLicences(t *testing.T) {
	t.Parallel()
	const text = "locations: []\nplans: []\nlicences:\n  - {id: F0000000-0000-4000-8000-0000000000AA, name: Phone of 2027, means: phone}\n"
	org, err := Read([]byte(text))
	want := []provision.Licence{{ID: "f0000000-0000-4000-8000-0000000000aa", Name: "Phone of 2027", Means: provision.MeansPhone}}
	if err != nil || !slices.Equal(org.policy.Licences, want) {
		t.Fatalf("got %v, %v", org.policy.Licences, err)
	}
	var out strings.Builder
	w := &writer{out: &out}
	w.list("locations", 0)
	w.list("plans", 0)
	w.accessPolicy(org.policy)
	if again, err := Read([]byte(out.String())); err != nil || !slices.Equal(again.policy.Licences, want) {
		t.Errorf("written as\n%s, read as %v, %v", out.String(), again.policy.Licences, err)
	}
	for entry, want := range map[string]string{
		"{id: x, means: phone}":                                     "id: is \"x\"; expected the GUID of a service plan or product",
		"{id: f0000000-0000-4000-8000-0000000000aa, means: fax}":    "means: is \"fax\"; expected phone, teams, calling-plan, resource-account or device",
		"{id: f0000000-0000-4000-8000-0000000000aa}":                "means: missing; a licence needs it",
		"{id: 4828c8ec-dc2e-4779-b502-87ac9ce28ab7, means: device}": "id: Calltab knows 4828c8ec-dc2e-4779-b502-87ac9ce28ab7 already, as phone",
	} {
		if _, err := Read([]byte("locations: []\nplans: []\nlicences:\n  - " + entry + "\n")); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %s", entry, err, want)
		}
	}
}

// TestReadHidden: characters that nobody sees make no other id of one.
func TestReadHidden(t *testing.T) {
	t.Parallel()
	org, err := Read([]byte("locations: []\nplans:\n  - {id: \u200bbasic\u2060, name: \"Ba\\u00adsic\", price: \"x\"}\n"))
	if err != nil || len(org.plans) != 1 || org.plans[0].ID != "basic" || org.plans[0].Name != "Basic" {
		t.Errorf("%v, %+v", err, org.plans)
	}
}
