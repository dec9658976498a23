package provision

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// MostBatch is how many numbers a file dropped into the chat may hold; more belong into the organisation file.
const MostBatch = 2000

// NewNumber is a number that a file wants in the stock.
type NewNumber struct {
	Number   E164       `json:"number"`
	Location LocationID `json:"location"`
	Note     string     `json:"note,omitempty"`
}

// Batch is what adding a file's numbers comes to, or would, by location.
type Batch struct {
	ID, Name string
	Sites    []Addition // First and Last are the lowest and the highest number
}

// New is how many numbers are not in the inventory yet.
func (b Batch) New() (n int) {
	for _, a := range b.Sites {
		n += a.New
	}
	return n
}

// Location is a site of a tenant.
type Location struct {
	ID                LocationID `json:"id"`
	Name              string     `json:"name"`
	Country           string     `json:"country"`   // ISO 3166-1 alpha-2
	TimeZone          string     `json:"time_zone"` // IANA
	EmergencyLocation string     `json:"emergency_location,omitempty"`
	// how long a number cools down that was taken back; nil: DefaultCooling
	CoolingDays *int `json:"cooling_days,omitempty"`
	// how long a number is kept for a person where nobody says until when; 0: DefaultReserve
	ReserveDays int `json:"reserve_days,omitempty"`
	// fewer free numbers than this are worth a warning; 0: none ever
	LowStock int      `json:"low_stock,omitempty"`
	Plan     PlanID   `json:"plan,omitempty"`   // the one that most people there have, which a new order proposes
	Admins   []UserID `json:"admins,omitempty"` // who is told about the site
	// who approves orders that an ApprovalRule with BySite fits
	Approvers []UserID `json:"approvers,omitempty"`
	// who approves where nobody else can be asked; none: the access policy's
	Fallback []UserID `json:"fallback,omitempty"`
	// a team's channel where orders that wait for approval are shown too
	Channel string `json:"channel,omitempty"`
	// working days that an order waits for approval; 0: DefaultApproval
	ApprovalDays int `json:"approval_days,omitempty"`
}

// DefaultCooling is how many days a number cools down where its location does not say.
const DefaultCooling = 30

// Cooling is how long a number of the location cools down after it was taken back; zero: it is free at once.
func (l Location) Cooling() time.Duration {
	days := DefaultCooling
	if l.CoolingDays != nil {
		days = *l.CoolingDays
	}
	return time.Duration(days) * 24 * time.Hour
}

// DefaultReserve is how many days a number is kept for a person where nobody says until when, and MostReserve the most.
const (
	DefaultReserve = 30
	MostReserve    = 365
)

// Reserving is how long a number of the location is kept for a person where nobody says until when.
func (l Location) Reserving() time.Duration {
	days := l.ReserveDays
	if days == 0 {
		days = DefaultReserve
	}
	return time.Duration(days) * 24 * time.Hour
}

// Plan is what a requester picks; Microsoft knows only its policies.
type Plan struct {
	ID                 PlanID `json:"id"`
	Name               string `json:"name"`
	Price              string `json:"price"`                // as people read it
	VoiceRoutingPolicy string `json:"voice_routing_policy"` // empty: the tenant's own holds, as Global
	DialPlan           string `json:"dial_plan,omitempty"`
	CallingPolicy      string `json:"calling_policy,omitempty"`
}

// Policies lists the plan's policies by type, in the order in which they are assigned.
func (p Plan) Policies() []NamedPolicy {
	all := []NamedPolicy{{VoiceRoutingPolicy, PolicyName(p.VoiceRoutingPolicy)},
		{DialPlanPolicy, PolicyName(p.DialPlan)}, {CallingPolicy, PolicyName(p.CallingPolicy)}}
	return slices.DeleteFunc(all, func(n NamedPolicy) bool { return n.Name == "" })
}

// InEffect reports whether every policy of the plan is the effective one of a person.
func (p Plan) InEffect(v Voice) bool {
	return !slices.ContainsFunc(p.Policies(), func(n NamedPolicy) bool {
		return !strings.EqualFold(v.Policies[n.Type].Name, n.Name)
	})
}

// NamedPolicy is a policy by its type and name.
type NamedPolicy struct{ Type, Name string }

// Stock is a location with the count of its numbers by state.
type Stock struct {
	Location
	Numbers map[NumberState]int
}

// The bounds of a location, as an organisation file has them too.
const (
	longestSite = 60 // letters of a name
	mostCooling = 365
	mostLow     = 100_000
)

// Wrong is what is wrong with a location that a user typed in.
func (l Location) Wrong() Message {
	_, zone := time.LoadLocation(l.TimeZone)
	switch {
	case l.Name == "" || utf8.RuneCountInString(l.Name) > longestSite:
		return Say("location-name")
	case len(l.Country) != 2 || strings.ToUpper(l.Country) != l.Country ||
		strings.Trim(l.Country, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "":
		return Say("location-country")
	case zone != nil || l.TimeZone == "" || l.TimeZone == "Local":
		return Say("location-zone", "zone", l.TimeZone)
	case l.EmergencyLocation != "" && !IsGUID(l.EmergencyLocation):
		return Say("location-emergency")
	case l.CoolingDays != nil && (*l.CoolingDays < 0 || *l.CoolingDays > mostCooling):
		return Say("location-cooling")
	case l.LowStock < 0 || l.LowStock > mostLow:
		return Say("location-low")
	}
	return Message{}
}

// MostAdded is how many numbers one wish in chat may add; more belong into the organisation file.
const MostAdded = 1000

// Addition is what adding a block of numbers comes to, or would.
type Addition struct {
	Location Location
	First    E164
	Last     E164
	Count    int // of the block
	New      int // of them, those that are not in the inventory yet
}

// CountOne counts a number that comes in any order.
func (a *Addition) CountOne(n E164) {
	if a.Count == 0 || before(n, a.First) {
		a.First = n
	}
	if a.Count == 0 || before(a.Last, n) {
		a.Last = n
	}
	a.Count++
}

// before orders numbers as people count them: shorter ones first, and extensions behind their number.
func before(a, b E164) bool {
	numberA, extensionA, _ := strings.Cut(string(a), ";ext=")
	numberB, extensionB, _ := strings.Cut(string(b), ";ext=")
	if numberA == numberB {
		return digitsBefore(extensionA, extensionB)
	}
	return digitsBefore(numberA, numberB)
}

func digitsBefore(a, b string) bool {
	if len(a) != len(b) {
		return len(a) < len(b)
	}
	return a < b
}
