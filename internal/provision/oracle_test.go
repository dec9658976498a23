package provision_test

import (
	"slices"
	"strings"
	"testing"
	"unicode"

	"calltab/internal/provision"
)

// licence is a product as Microsoft sells it, with the service plans in it that concern telephony.
type licence struct {
	name, sku string
	plans     []string
}

// The ids are those of Microsoft's table, https://learn.microsoft.com/entra/identity/users/licensing-service-plan-reference,
// written down here once more on purpose: the oracle shares nothing with the program but the names of the rules.
const (
	mcoev, mcoevSMB, mcoevGov = "4828c8ec-dc2e-4779-b502-87ac9ce28ab7", "ed777b71-af04-42ca-9798-84344c66f7c6", "db23fce2-a974-42ef-9002-d78dd42a0f22"
	virtualUser               = "f47330e9-c134-43b3-9993-e7f004506889" // its name begins with MCOEV
	mcoPSTN1, pstn5US         = "4ed3ff63-69d7-4fb7-b984-5aec7f605ca8", "1346d5e6-15a6-4b88-9693-806ff7296a7a"
	credits                   = "505e180f-f7e0-4b65-91d4-00d670bbd18c" // MCOPSTNC: its name begins with MCOPSTN
	meetings                  = "3e26ee1f-8a5f-4d52-aee2-b81ce45c8f40" // MCOMEETADV
	teams1                    = "57ff2da0-773e-42df-b2af-ffb7a2317929"
)

var fixtures = []licence{
	{"nothing", "", nil},
	{"Teams Phone Standard", "e43b5b99-8dfb-405f-9987-dc307f34bcbd", []string{mcoev}},
	{"Teams Phone Standard SMB", "aa6791d3-bb09-4bc2-afed-c30c3fe26032", []string{mcoevSMB}},
	{"Teams Phone Standard GCC", "a460366a-ade7-4791-b581-9fbff1bdaa85", []string{mcoevGov}},
	{"Business Voice without calling plan", "d52db95a-5ecb-46b6-beb0-190ab5cda4a8", []string{mcoev, meetings}},
	{"Business Voice without calling plan, US", "8330dae3-d349-44f7-9cad-1b23c64baabe", []string{mcoev, meetings}},
	{"Business Voice", "a6051f20-9cbc-47d2-930d-419183bf6cf1", []string{mcoev, meetings, mcoPSTN1}},
	{"Business Voice, US telco", "08d7bce8-6e16-490e-89db-1d508e5e9609", []string{meetings, mcoPSTN1}}, // the table lists no MCOEV for it
	{"Business Voice, UK", "e5a17adf-8f0d-4b57-bc14-d331235f9307", []string{mcoev, meetings, mcoPSTN1}},
	{"Teams Phone with Calling Plan", "ae2343d1-0999-43f6-ae18-d816516f6e78", []string{mcoev, mcoPSTN1}},
	{"Resource account", "440eaaa8-b3e0-484b-a8be-62870b9ba70a", []string{virtualUser}},
	{"Microsoft 365 E5", "06ebc4ee-1bb5-47dd-8120-11324bc54e06", []string{mcoev, meetings}},
	{"Office 365 E5", "c7df2760-2c81-4ef7-b578-5b5392b571df", []string{mcoev, meetings}},
	{"Shared device", "295a8eb0-f78d-45c7-8b5b-1eed5ed02dff", []string{mcoev}},
	{"Teams Rooms Pro", "4cde982a-ede4-4409-9ae6-b003453c8ea6", []string{mcoev, meetings}},
	{"Meeting Room", "6070a4c8-34c6-4937-8dfb-39bbc6397a60", []string{mcoev, meetings}},
	{"Communications credits", "47794cd0-f0e5-45c5-9033-2eb6b5fc84e0", []string{credits}},
	{"Standard and communications credits", "e43b5b99-8dfb-405f-9987-dc307f34bcbd", []string{mcoev, credits}},
	{"Standard and a US calling plan of 120 minutes", "e43b5b99-8dfb-405f-9987-dc307f34bcbd", []string{mcoev, pstn5US}},
}

// The values of everything else that a verdict may depend on.
var (
	planStatuses = []string{"Enabled", "Warning", "Suspended", "LockedOut", "Deleted"}
	accountKinds = []string{"user", "guest", "resourceAccount", "sfbOnPremUser", "ineligibleUser", "unknown", ""}
	directories  = []string{"member", "disabled", "guest", "no usage location", "desk phone in the profile"}
	numberKinds  = []string{"none", "elsewhere", "from here", "from here and hidden", "on premises", "of this order", "imported without one"}
	fullNames    = []string{"Dana Reyes", " Reyes", "Dana ", "\u00a0\t \n"} // first, space, last
	orders       = []string{"", "k7m2p9"}
)

// situation is one row of the truth table.
type situation struct {
	licence                                      licence
	status, kind, directory, number, name, order string
	teams, waived                                bool
}

// person builds what the ports would show of a situation.
func (s situation) person() (provision.Person, provision.PersonFacts) {
	first, last, _ := strings.Cut(s.name, " ")
	p := provision.Person{ID: dana, UPN: "dana@example.com", GivenName: first, Surname: last, DisplayName: "Dana Reyes", UsageLocation: "US", Enabled: true}
	st := provision.PersonFacts{Voice: provision.Voice{Found: true, AccountType: s.kind}, Order: provision.OrderID(s.order)}
	if s.licence.sku != "" {
		p.SKUs = []string{s.licence.sku}
	}
	for _, id := range s.licence.plans {
		p.Plans = append(p.Plans, provision.ServicePlan{ID: id, Status: s.status})
	}
	if s.teams {
		p.Plans = append(p.Plans, provision.ServicePlan{ID: teams1, Status: "Enabled"})
	}
	switch s.directory {
	case "disabled":
		p.Enabled = false
	case "guest":
		p.Guest = true
	case "no usage location":
		p.UsageLocation = ""
	case "desk phone in the profile":
		p.Phones = []string{"+1 206 555 0190"}
	}
	const n = provision.E164("+12065550101")
	if s.number != "none" && s.number != "from here and hidden" && s.number != "imported without one" {
		st.Voice.Numbers = []provision.E164{n}
	}
	switch s.number {
	case "from here", "from here and hidden":
		st.Subscriber = provision.Subscriber{User: dana, Location: "seattle", Number: n}
	case "imported without one":
		st.Subscriber = provision.Subscriber{User: dana, Location: "seattle"}
	case "on premises":
		st.OnPrem = true
	case "of this order":
		st.Mine = []provision.E164{n}
	}
	if s.waived {
		st.Waiver = provision.Waiver{User: dana}
	}
	return p, st
}

// oracle says what stands against the situation for a phone and for being imported, from the workflow's own text: S1 to S3, the three
// rules of the list, and the account kinds that Microsoft does not give a number.
func (s situation) oracle() (phone, listed []string) {
	usable := s.status == "Enabled" || s.status == "Warning"
	has := func(ids ...string) bool {
		return slices.ContainsFunc(s.licence.plans, func(id string) bool { return slices.Contains(ids, id) })
	}
	phonePlan := has(mcoev, mcoevSMB, mcoevGov)
	resource := s.kind == "resourceAccount" || usable && has(virtualUser)
	device := slices.Contains([]string{"Shared device", "Teams Rooms Pro", "Meeting Room"}, s.licence.name)
	if !(phonePlan && usable) {
		switch {
		case phonePlan && s.status == "Deleted":
			phone = append(phone, "licence-being-removed")
		case phonePlan:
			phone = append(phone, "licence-disabled")
		case !resource:
			phone = append(phone, "no-phone-licence")
		}
	}
	for rule, stands := range map[string]bool{
		"account-disabled":   s.directory == "disabled",
		"guest":              s.directory == "guest" || s.kind == "guest",
		"no-usage-location":  s.directory == "no usage location",
		"resource-account":   resource,
		"device":             device,
		"on-prem-user":       s.kind == "sfbOnPremUser",
		"ineligible-account": s.kind == "ineligibleUser" && !device && !resource, // those two say it better
		"no-teams-licence":   !s.teams && !resource,
		"calling-plan":       usable && has(mcoPSTN1, pstn5US) && !s.waived,
		"has-number":         s.number == "elsewhere",
		"has-phone":          s.number == "from here" || s.number == "from here and hidden",
		"on-prem-number":     s.number == "on premises",
		"has-order":          s.order != "",
	} {
		if stands {
			phone = append(phone, rule)
		}
	}
	listed = slices.Clone(phone)
	first, last, _ := strings.Cut(s.name, " ")
	blank := func(text string) bool { return strings.TrimFunc(text, unicode.IsSpace) == "" }
	for rule, stands := range map[string]bool{
		"no-first-name": blank(first),
		"no-last-name":  blank(last),
		"imported":      s.number == "imported without one",
	} {
		if stands {
			listed = append(listed, rule)
		}
	}
	slices.Sort(phone)
	slices.Sort(listed)
	return phone, listed
}

// TestTruthTable holds every rule × every licence × every kind of account against the oracle: nobody is refused without a reason,
// and nobody is let through with one.
func TestTruthTable(t *testing.T) {
	t.Parallel()
	rows, wrong := 0, 0
	seen := map[string]int{}
	try := func(s situation) {
		rows++
		p, st := s.person()
		phone, listed := s.oracle()
		for _, c := range []struct {
			what string
			got  provision.Eligibility
			want []string
		}{{"a phone", provision.Eligible(p, st), phone}, {"the list", provision.Candidate(p, st), listed}} {
			got := rules(c.got)
			if got != strings.Join(c.want, " ") || c.got.OK() != (len(c.want) == 0) {
				if wrong++; wrong < 10 {
					t.Errorf("%+v, for %s: got %q, want %q", s, c.what, got, c.want)
				}
			}
			for _, r := range c.got.Reasons {
				seen[string(r.Rule)]++
			}
		}
	}
	for _, l := range fixtures {
		for _, status := range planStatuses {
			for _, kind := range accountKinds {
				for _, directory := range directories {
					for _, number := range numberKinds {
						for i, name := range fullNames {
							for flags := range 4 {
								try(situation{l, status, kind, directory, number, name, orders[i%2], flags&1 == 0, flags&2 != 0})
							}
						}
					}
				}
			}
		}
	}
	for _, r := range []string{"account-disabled", "guest", "no-usage-location", "no-phone-licence", "licence-disabled", "licence-being-removed",
		"no-teams-licence", "calling-plan", "resource-account", "device", "on-prem-user", "on-prem-number", "ineligible-account", "has-number",
		"has-phone", "has-order", "no-first-name", "no-last-name", "imported"} {
		if seen[r] == 0 {
			t.Errorf("no row meets %s", r)
		}
		delete(seen, r)
	}
	if len(seen) > 0 {
		t.Errorf("the oracle does not know %v", seen)
	}
	t.Logf("%d rows", rows)
}
