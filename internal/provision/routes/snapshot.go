package routes

import (
	"slices"
	"strings"
	"time"
)

// The resources that a snapshot is asked for, as Microsoft names them
// (https://learn.microsoft.com/graph/utcm-teams-resources). An answer may spell them in another case.
const (
	voicePolicies   = "microsoft.teams.voiceroutingpolicy"
	usages          = "microsoft.teams.pstnusage"
	voiceRoutes     = "microsoft.teams.voiceroute"
	dialPlans       = "microsoft.teams.tenantdialplan"
	callingPolicies = "microsoft.teams.callingpolicy"
)

// Resources are what a snapshot is asked for.
func Resources() []string {
	return []string{voicePolicies, usages, voiceRoutes, dialPlans, callingPolicies}
}

// JobState is how far Microsoft is with a snapshot.
type JobState int

// The states of a snapshot.
const (
	JobRunning JobState = iota // not begun, too
	JobDone
	JobPartial // it has some of what was asked for
	JobFailed
)

// Job is the making of a snapshot at Microsoft. It can be seen for seven days.
type Job struct {
	ID      string
	Name    string
	State   JobState
	Content string // the id of the snapshot itself, once it is done
	Detail  string // why it failed, in Microsoft's words; fit for a log
}

// MostJobs is how many of them Microsoft shows of a tenant, and lets it have.
const MostJobs = 12

// Snapshot is what is kept of a tenant's configuration, by name. A list without entries was not read: each tenant has
// policies of the name Global.
type Snapshot struct {
	At      time.Time `json:"at"`
	Voice   []Voice   `json:"voice,omitempty"`
	Dial    []string  `json:"dial,omitempty"`
	Calling []Calling `json:"calling,omitempty"`
}

// Voice is a voice routing policy and what it leads to.
type Voice struct {
	Name     string   `json:"name"`
	Usages   []string `json:"usages,omitempty"`
	Idle     []string `json:"idle,omitempty"`     // those of them that lead to no gateway
	Routes   int      `json:"routes,omitempty"`   // how many voice routes have one of its usages
	Gateways []string `json:"gateways,omitempty"` // that these name, by name
}

// Calling is a calling policy.
type Calling struct {
	Name string `json:"name"`
	Off  bool   `json:"off,omitempty"` // it does not allow private calls
}

// global is the policy of everybody who has no other.
const global = "Global"

func (s Snapshot) voice(name string) (Voice, bool) {
	i := slices.IndexFunc(s.Voice, func(v Voice) bool { return strings.EqualFold(v.Name, name) })
	if i < 0 {
		return Voice{}, false
	}
	return s.Voice[i], true
}

func (s Snapshot) calling(name string) (Calling, bool) {
	i := slices.IndexFunc(s.Calling, func(c Calling) bool { return strings.EqualFold(c.Name, name) })
	if i < 0 {
		return Calling{}, false
	}
	return s.Calling[i], true
}

func (s Snapshot) dial(name string) bool {
	return slices.ContainsFunc(s.Dial, func(d string) bool { return strings.EqualFold(d, name) })
}

// route is a voice route as it is read.
type route struct{ usages, gateways []string }

// leads works out what a policy's usages lead to. known are the usages that exist; nil: they were not read.
func (v *Voice) leads(known []string, all []route) {
	for _, u := range v.Usages {
		reached := false
		for _, r := range all {
			if len(r.gateways) > 0 && holds(r.usages, u) {
				reached = true
			}
		}
		if !reached || len(known) > 0 && !holds(known, u) {
			v.Idle = append(v.Idle, u)
		}
	}
	for _, r := range all {
		if !slices.ContainsFunc(r.usages, func(u string) bool { return holds(v.Usages, u) }) {
			continue
		}
		v.Routes++
		if slices.ContainsFunc(r.usages, func(u string) bool { return holds(v.Usages, u) && !holds(v.Idle, u) }) {
			v.Gateways = append(v.Gateways, r.gateways...)
		}
	}
	v.Gateways = unique(v.Gateways)
}

// holds reports whether a name is in a list. Teams does not tell capitals from others.
func holds(all []string, name string) bool {
	return slices.ContainsFunc(all, func(s string) bool { return strings.EqualFold(s, name) })
}

// unique sorts names and takes out those that are there twice.
func unique(all []string) []string {
	slices.SortFunc(all, byName)
	return slices.CompactFunc(all, strings.EqualFold)
}

func byName(a, b string) int {
	if order := strings.Compare(strings.ToLower(a), strings.ToLower(b)); order != 0 {
		return order
	}
	return strings.Compare(a, b)
}
