package view_test

import (
	"testing"
	"time"

	"calltab/internal/bot/text"
	"calltab/internal/bot/view"
	"calltab/internal/bot/view/lists"
	"calltab/internal/provision"
)

// now is a Thursday afternoon in Seattle, and already Friday in Berlin.
var now = time.Date(2026, 3, 12, 23, 30, 0, 0, time.UTC)

func ago(d time.Duration) time.Time { return now.Add(-d) }

var (
	seattle = provision.Location{ID: "seattle", Name: "Seattle", Country: "US", TimeZone: "America/Los_Angeles"}
	berlin  = provision.Location{ID: "berlin", Name: "Berlin", Country: "DE", TimeZone: "Europe/Berlin"}
	metered = provision.Plan{ID: "metered", Name: "Metered", Price: "$12 a month, calls by the minute", VoiceRoutingPolicy: "VRP-Metered"}
	flat    = provision.Plan{ID: "unlimited", Name: "Unlimited", Price: "$20 a month, calls included", VoiceRoutingPolicy: "VRP-Unlimited"}
	dana    = provision.Person{
		ID: "0d0a0000-0000-4000-8000-000000000001", UPN: "dana.reyes@contoso.com", DisplayName: "Dana Reyes",
		GivenName: "Dana", Surname: "Reyes", City: "Seattle", Office: "Building 4", UsageLocation: "US", Enabled: true,
	}
	danae = provision.Person{ID: "0d0a0000-0000-4000-8000-000000000002", UPN: "danae.ross@contoso.com", DisplayName: "Danae Ross", City: "Berlin"}
	alice = provision.Actor{ID: "a11ce000-0000-4000-8000-000000000001", Name: "Alice Admin"}
)

const mine provision.E164 = "+12065550100"

// Writer draws every card, of orders and of all else: the tests of this folder look at both.
type Writer = lists.Writer

func writer(t testing.TB) Writer {
	t.Helper()
	c, err := text.New()
	if err != nil {
		t.Fatal(err)
	}
	return Writer{Writer: view.Writer{Words: c.For("en-US"), Format: func(n provision.E164) string {
		if len(n) != 12 {
			return string(n)
		}
		return string(n[:2] + " " + n[2:5] + "-" + n[5:8] + "-" + n[8:])
	}}}
}

func stock() []provision.Stock {
	return []provision.Stock{
		{Location: berlin, Numbers: map[provision.NumberState]int{provision.Free: 1, provision.Assigned: 7, provision.Blocked: 2}},
		{Location: seattle, Numbers: map[provision.NumberState]int{provision.Free: 12, provision.Held: 1, provision.Assigned: 30, provision.Cooling: 3}},
	}
}

func best() []provision.Number {
	var all []provision.Number
	for _, n := range []provision.E164{mine, "+12065550117", "+12065550123", "+12065550142", "+12065550168"} {
		all = append(all, provision.Number{E164: n, Location: "seattle", State: provision.Free})
	}
	return all
}

// suggested has a number of every merit.
func suggested() []provision.Suggestion {
	all := best()
	all[4].Rested = ago(14 * 30 * 24 * time.Hour)
	return []provision.Suggestion{
		{Number: all[0], Merit: provision.LikeExtension, Digits: "00"}, {Number: all[1], Merit: provision.LikeMobile, Digits: "0117"},
		{Number: all[2], Merit: provision.SameArea, Digits: "206"}, {Number: all[3], Merit: provision.NeverUsed}, {Number: all[4], Merit: provision.RestedLongest},
	}
}

// sheet is an order in a state, changed by the caller.
func sheet(state provision.OrderState, change func(*provision.Sheet)) provision.Sheet {
	s := provision.Sheet{
		Now: now, Location: seattle, Plan: metered,
		Order: provision.Order{
			ID: "k7m2p9", Tenant: "t", Kind: provision.Add, State: state, Revision: 7, Requester: alice,
			OrderWish: provision.OrderWish{
				Person: dana, GivenName: "Dana", Surname: "Reyes", Location: "seattle", Plan: "metered", Number: mine,
			},
			OrderTimes: provision.OrderTimes{Created: ago(2 * time.Hour), Submitted: ago(110 * time.Minute)},
		},
	}
	if change != nil {
		change(&s)
	}
	return s
}

// draft is a draft at a form, with what is settled by then.
func draft(form provision.Form, change func(*provision.Sheet)) provision.Sheet {
	return sheet(provision.Draft, func(s *provision.Sheet) {
		s.Order.Form, s.Order.Submitted = form, time.Time{}
		switch form {
		case provision.FormReview:
			s.Order.HoldEnds = now.Add(12 * time.Minute)
		case provision.FormNumber:
			s.Best, s.Order.Number = suggested(), ""
		case provision.FormPlan:
			s.Plans, s.Plan, s.Order.Plan, s.Order.Number = []provision.Plan{metered, flat}, provision.Plan{}, "", ""
		default:
			s.Locations, s.Location, s.Order.Location = stock(), provision.Location{}, ""
			s.Plan, s.Order.Plan, s.Order.Number = provision.Plan{}, "", ""
		}
		if change != nil {
			change(s)
		}
		for _, f := range s.Order.Forms() {
			if s.Order.Offers(f) && (f != provision.FormNumber || !s.LacksNumber()) {
				s.Others = append(s.Others, f)
			}
		}
	})
}

func nobody(s *provision.Sheet) {
	s.Order.Person, s.Order.GivenName, s.Order.Surname = provision.Person{}, "", ""
}

// work is the checklist with the first n steps done and the next one in a state.
func work(n int, state string) []provision.StepState {
	names := []provision.StepName{
		provision.StepCheck, provision.StepAssign, provision.StepAwait, provision.StepPolicies, provision.StepVerify,
	}
	var list []provision.StepState
	for i, name := range names {
		step := provision.StepState{Name: name, State: provision.StepWaiting}
		if i < n {
			step.State, step.Since = provision.StepDone, ago(time.Duration(100-i)*time.Minute)
		} else if i == n {
			step.State, step.Since = state, ago(5*time.Minute)
		}
		list = append(list, step)
	}
	return list
}

// conditions is the whole checklist, met but for some.
func conditions(missing ...provision.ConditionName) []provision.Condition {
	var list []provision.Condition
	for _, name := range []provision.ConditionName{
		provision.AccountEnabled, provision.UsageLocationSet, provision.LicenceEnabled, provision.ConfigurationMade,
		provision.AccountTypeUser, provision.PhoneFeature, provision.EnterpriseVoice, provision.NumberOnPerson,
		provision.RoutingPolicy, provision.NumberActivated,
	} {
		c := provision.Condition{Name: name, Met: true, Since: ago(90 * time.Minute)}
		for _, m := range missing {
			if m == name {
				c.Met, c.Since = false, ago(25*time.Hour)
			}
		}
		list = append(list, c)
	}
	return list
}

func waiting(s *provision.Sheet) {
	s.Order.Work = work(5, "")
	s.Order.Conditions = conditions(provision.PhoneFeature, provision.EnterpriseVoice)
	s.Order.Accepted = ago(95 * time.Minute)
}

func done(s *provision.Sheet) {
	s.Order.Work, s.Order.Conditions = work(5, ""), conditions()
	s.Order.Accepted, s.Order.Ready, s.Order.Ended = ago(95*time.Minute), ago(80*time.Minute), ago(80*time.Minute)
}

func late(l provision.Lateness, d time.Duration) func(*provision.Sheet) {
	return func(s *provision.Sheet) {
		waiting(s)
		s.Order.Late, s.Order.Accepted = l, ago(d)
	}
}

func reopened(list []provision.Condition) func(*provision.Sheet) {
	return func(s *provision.Sheet) {
		waiting(s)
		s.Order.Conditions, s.Order.Reopened, s.Order.ReopenedAt = list, 1, ago(10*time.Minute)
	}
}

func failed(s *provision.Sheet) {
	s.Order.Work = work(1, provision.StepUndone)
	s.Order.Problem = provision.Say("number-on-other", "number", string(mine))
}

func parked(s *provision.Sheet) {
	s.Order.Work = work(1, provision.StepRunning)
	s.Order.Problem = provision.Say("gave-up", "step", string(provision.StepAssign))
}

func untold(s *provision.Sheet) {
	done(s)
	s.Order.Untold = provision.Say("told-not-installed", "person", "Dana Reyes")
}
