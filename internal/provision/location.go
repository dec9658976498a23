package provision

import (
	"slices"
	"strings"
	"time"
)

// Location is a site of a tenant.
type Location struct {
	ID                LocationID `json:"id"`
	Name              string     `json:"name"`
	Country           string     `json:"country"`   // ISO 3166-1 alpha-2
	TimeZone          string     `json:"time_zone"` // IANA
	EmergencyLocation string     `json:"emergency_location,omitempty"`
	CoolingDays       *int       `json:"cooling_days,omitempty"`  // how long a number rests that was taken back; nil: DefaultCooling
	LowStock          int        `json:"low_stock,omitempty"`     // fewer free numbers than this are worth a warning; 0: none ever
	Admins            []UserID   `json:"admins,omitempty"`        // who is told about the site
	Approvers         []UserID   `json:"approvers,omitempty"`     // whose word orders need that an ApprovalRule with BySite fits
	Fallback          []UserID   `json:"fallback,omitempty"`      // who approves where nobody else can be asked; none: the charter's
	Channel           string     `json:"channel,omitempty"`       // a team's channel where orders that wait for approval are shown too
	ApprovalDays      int        `json:"approval_days,omitempty"` // working days that an order waits for approval; 0: DefaultApproval
}

// DefaultCooling is how many days a number rests where its location does not say.
const DefaultCooling = 30

// Cooling is how long a number of the location rests after it was taken back; zero: it is free at once.
func (l Location) Cooling() time.Duration {
	days := DefaultCooling
	if l.CoolingDays != nil {
		days = *l.CoolingDays
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
	all := []NamedPolicy{{VoiceRoutingPolicy, p.VoiceRoutingPolicy}, {DialPlanPolicy, p.DialPlan}, {CallingPolicy, p.CallingPolicy}}
	set := all[:0]
	for _, n := range all {
		if n.Name != "" {
			set = append(set, n)
		}
	}
	return set
}

// InEffect reports whether every policy of the plan is the effective one of a person.
func (p Plan) InEffect(v Voice) bool {
	return !slices.ContainsFunc(p.Policies(), func(n NamedPolicy) bool { return !strings.EqualFold(v.Policies[n.Type].Name, n.Name) })
}

// NamedPolicy is a policy by its type and name.
type NamedPolicy struct{ Type, Name string }

// Stock is a location with the count of its numbers by state.
type Stock struct {
	Location
	Numbers map[NumberState]int
}
