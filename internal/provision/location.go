package provision

// Location is a site of a tenant.
type Location struct {
	ID                LocationID `json:"id"`
	Name              string     `json:"name"`
	Country           string     `json:"country"`   // ISO 3166-1 alpha-2
	TimeZone          string     `json:"time_zone"` // IANA
	EmergencyLocation string     `json:"emergency_location,omitempty"`
}

// Plan is what a requester picks; Microsoft knows only its policies.
type Plan struct {
	ID                 PlanID `json:"id"`
	Name               string `json:"name"`
	Price              string `json:"price"` // as people read it
	VoiceRoutingPolicy string `json:"voice_routing_policy"`
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

// NamedPolicy is a policy by its type and name.
type NamedPolicy struct{ Type, Name string }

// Stock is a location with the count of its numbers by state.
type Stock struct {
	Location
	Numbers map[NumberState]int
}
