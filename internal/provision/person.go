package provision

import (
	"slices"
	"strings"
	"time"
	"unicode"
)

// Person is a Microsoft 365 user as the directory shows it now.
type Person struct {
	ID          UserID `json:"id"`
	UPN         string `json:"upn"`
	Mail        string `json:"mail,omitempty"` // the address, where it is another one than the user name
	DisplayName string `json:"display_name"`
	GivenName   string `json:"given_name,omitempty"`
	Surname     string `json:"surname,omitempty"`
	City        string `json:"city,omitempty"`
	Office      string `json:"office,omitempty"`
	Mobile      string `json:"mobile,omitempty"`
	// businessPhones: text, and no number that Teams knows
	Phones        []string      `json:"phones,omitempty"`
	UsageLocation string        `json:"usage_location,omitempty"` // ISO 3166-1 alpha-2
	Enabled       bool          `json:"enabled"`
	Guest         bool          `json:"guest,omitempty"`
	Plans         []ServicePlan `json:"plans,omitempty"` // assignedPlans
	SKUs          []string      `json:"skus,omitempty"`  // assignedLicenses, lower-case GUIDs
	// the directory does not have the account any more; only names are known
	Gone bool `json:"gone,omitempty"`
}

// ServicePlan is one part of a licence. Only the statuses Enabled and Warning (a grace period) count as having it.
type ServicePlan struct {
	ID     string `json:"id"`     // lower-case GUID
	Status string `json:"status"` // capabilityStatus: Enabled, Warning, Suspended, Deleted, LockedOut
}

// Name is how a card names the person: the display name, else the user name.
func (p Person) Name() string {
	if n := strings.TrimSpace(p.DisplayName); n != "" {
		return n
	}
	return p.UPN
}

// Kept is what the roster keeps of a person.
func (p Person) Kept(t *LicenceTable) Person {
	p = p.Decisive(t)
	p.Mobile, p.Phones = "", nil
	return p
}

// longestPart bounds a part of a key, and wordCount how many words a person can be found by.
const (
	longestPart = 48
	wordCount   = 6
)

// Fold brings a text into the form in which it is sorted and compared: letters and digits in lower case, one space
// between words.
func Fold(text string) string {
	words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r)
	})
	folded := strings.Join(words, " ")
	if len(folded) > longestPart {
		folded = strings.ToValidUTF8(folded[:longestPart], "")
	}
	return folded
}

// Sorted is the name as it sorts. The sign at its end is below a space, so that Ana comes before Ana Ek.
func (p Person) Sorted() string { return Fold(p.Name()) + "\x01" }

// Words are those by which the person is found, sorted.
func (p Person) Words() []string {
	local, _, _ := strings.Cut(p.UPN, "@")
	all := strings.Fields(strings.Join([]string{Fold(p.DisplayName), Fold(p.GivenName), Fold(p.Surname), Fold(local)},
		" "))
	slices.Sort(all)
	all = slices.Compact(all)
	return all[:min(len(all), wordCount)]
}

// Sites are the places where the person may work, as a location may be called.
func (p Person) Sites() []string {
	all := []string{Fold(p.City), Fold(p.Office)}
	return slices.DeleteFunc(slices.Compact(all), func(s string) bool { return s == "" })
}

// Subscriber is a person of whom Calltab keeps a record: imported with a location, and mostly with a phone.
type Subscriber struct {
	User UserID `json:"user"`
	// as last seen, to find a person who is gone from the directory; with the name it stands
	UPN      string     `json:"upn,omitempty"`
	Name     string     `json:"name,omitempty"` // beside the audit chain, so that both can be forgotten
	Location LocationID `json:"location"`
	Plan     PlanID     `json:"plan,omitempty"`   // empty: no phone yet
	Number   E164       `json:"number,omitempty"` // empty: no phone yet
	Order    OrderID    `json:"order,omitempty"`  // the one that made it so; empty: imported without one
	Since    time.Time  `json:"since"`
}

// GiveTo takes over the location of an imported subscriber: it is not asked again. A location that came from the person
// before, whom the requester has exchanged, goes with that person.
func (o *Order) GiveTo(sub Subscriber) {
	if o.Had.User != "" && o.Had.User != sub.User && o.Location == o.Had.Location {
		o.Location = ""
	}
	o.Had = Subscriber{}
	if sub.Number != "" {
		return // that stands against the order
	}
	o.Had = sub
	if o.Location == "" {
		o.Location = sub.Location
	}
}

// Waiver is an administrator's decision that a calling plan does not keep one person from a Direct Routing number:
// Microsoft permits both together (learn.microsoft.com/microsoftteams/direct-routing-plan). It holds for every order
// until it is taken back.
type Waiver struct {
	User UserID `json:"user"`
	By   Actor  `json:"by"`
	// in their own words; it stands beside the audit trail, which has only its hash, so that it can be forgotten
	Why string `json:"why"`
}
