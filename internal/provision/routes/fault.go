package routes

import (
	"strings"

	"calltab/internal/provision"
)

// FaultKind is something that can be wrong with a plan's policies. The kinds are stored with what admins are still to
// be told: never rename one.
type FaultKind string

// The faults.
const (
	NoVoicePolicy   FaultKind = "no-voice-policy"   // Teams does not have it
	NoUsages        FaultKind = "no-usages"         // it has no PSTN usage
	NoRoutes        FaultKind = "no-routes"         // no voice route has one of its usages
	NoGateways      FaultKind = "no-gateways"       // its routes name no gateway
	IdleUsages      FaultKind = "idle-usages"       // some of its usages lead nowhere
	NoDialPlan      FaultKind = "no-dial-plan"      // Teams does not have it
	NoCallingPolicy FaultKind = "no-calling-policy" // Teams does not have it
	NoCalls         FaultKind = "no-calls"          // its calling policy does not allow private calls
	// it names no calling policy, and the one for everybody does not allow private calls
	NoCallsByDefault FaultKind = "no-calls-by-default"
)

// Fault is what is wrong with a policy of a plan.
type Fault struct {
	Kind   FaultKind `json:"kind"`
	Policy string    `json:"policy"`
	Usages []string  `json:"usages,omitempty"` // of IdleUsages
}

var sentences = map[FaultKind]string{
	NoVoicePolicy:    "routes-no-voice-policy",
	NoUsages:         "routes-no-usages",
	NoRoutes:         "routes-no-routes",
	NoGateways:       "routes-no-gateways",
	IdleUsages:       "routes-idle-usages",
	NoDialPlan:       "routes-no-dial-plan",
	NoCallingPolicy:  "routes-no-calling-policy",
	NoCalls:          "routes-no-calls",
	NoCallsByDefault: "routes-no-calls-by-default",
}

// Say is the fault in a sentence.
func (f Fault) Say() provision.Message {
	return provision.Say(sentences[f.Kind], "policy", f.Policy, "usages", strings.Join(f.Usages, ", "))
}

// about is the sort of policies that the fault is about: its plan has one of each.
func (f Fault) about() string {
	switch f.Kind {
	case NoDialPlan:
		return "dial plan"
	case NoCallingPolicy, NoCalls, NoCallsByDefault:
		return "calling"
	}
	return "voice routing"
}

// Faults is what is wrong with a plan's policies. Nothing is said about a plan without a voice routing policy: what
// holds for its people is not known here.
func (s Snapshot) Faults(p provision.Plan) []Fault {
	p = plain(p)
	var all []Fault
	if p.VoiceRoutingPolicy != "" && len(s.Voice) > 0 {
		all = append(all, s.routing(p.VoiceRoutingPolicy)...)
	}
	if p.DialPlan != "" && len(s.Dial) > 0 && !s.dial(p.DialPlan) {
		all = append(all, Fault{Kind: NoDialPlan, Policy: p.DialPlan})
	}
	if len(s.Calling) == 0 {
		return all
	}
	name, off := p.CallingPolicy, NoCalls
	if name == "" {
		name, off = global, NoCallsByDefault
	}
	c, ok := s.calling(name)
	switch {
	case !ok && p.CallingPolicy != "":
		all = append(all, Fault{Kind: NoCallingPolicy, Policy: name})
	case ok && c.Off:
		all = append(all, Fault{Kind: off, Policy: name})
	}
	return all
}

// plain is a plan with the names of its policies as a snapshot has them.
func plain(p provision.Plan) provision.Plan {
	p.VoiceRoutingPolicy = provision.PolicyName(p.VoiceRoutingPolicy)
	p.DialPlan = provision.PolicyName(p.DialPlan)
	p.CallingPolicy = provision.PolicyName(p.CallingPolicy)
	return p
}

// routing is what is wrong with a voice routing policy.
func (s Snapshot) routing(name string) []Fault {
	v, ok := s.voice(name)
	switch {
	case !ok:
		return []Fault{{Kind: NoVoicePolicy, Policy: name}}
	case len(v.Usages) == 0:
		return []Fault{{Kind: NoUsages, Policy: name}}
	case v.Routes == 0:
		return []Fault{{Kind: NoRoutes, Policy: name}}
	case len(v.Gateways) == 0:
		return []Fault{{Kind: NoGateways, Policy: name}}
	case len(v.Idle) > 0:
		return []Fault{{Kind: IdleUsages, Policy: name, Usages: v.Idle}}
	}
	return nil
}
