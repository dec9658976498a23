package view_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"calltab/internal/bot/view"
	"calltab/internal/provision"
	"calltab/internal/provision/diagnose"
)

// diagnosisOf is Dana's phone in order, as an admin reads it, changed by the caller.
func diagnosisOf(change func(*diagnose.Diagnosis)) diagnose.Diagnosis {
	d := diagnose.Diagnosis{Finding: provision.Finding{
		Person: dana, VoiceKnown: true, Number: provision.Number{E164: mine, State: provision.Assigned}, Location: seattle, Plan: metered,
		Subscriber: provision.Subscriber{User: dana.ID, Number: mine, Location: "seattle", Plan: "metered", Order: "k7m2p9"},
		Order:      sheet(provision.Done, done).Order, Conditions: conditions(), Now: now,
	}, Opens: true}
	if change != nil {
		change(&d)
	}
	return d
}

// lost takes conditions away, each of which was last seen met when the phone became ready.
func lost(names ...provision.ConditionName) func(*diagnose.Diagnosis) {
	return func(d *diagnose.Diagnosis) {
		d.Conditions = conditions(names...)
		for _, c := range d.Conditions {
			if !c.Met {
				d.Missing = append(d.Missing, diagnose.Missing{Condition: c, Met: ago(60 * time.Hour)})
			}
		}
	}
}

// employee makes a diagnosis one that a person without a role reads of themselves.
func employee(then func(*diagnose.Diagnosis)) func(*diagnose.Diagnosis) {
	return func(d *diagnose.Diagnosis) {
		d.Self, d.Opens, d.Refused = true, false, provision.Refusals{Look: true, Operate: true, Manage: true}
		then(d)
	}
}

func without(d *diagnose.Diagnosis) {
	d.Number, d.Location, d.Plan, d.Subscriber = provision.Number{}, provision.Location{}, provision.Plan{}, provision.Subscriber{}
	d.Order, d.Conditions, d.Opens = provision.Order{}, nil, false
}

// diagnoses are the cards of people who cannot call.
func diagnoses() map[string]diagnose.Diagnosis {
	all := map[string]func(*diagnose.Diagnosis){
		"diagnosis": func(d *diagnose.Diagnosis) {
			lost(provision.LicenceEnabled, provision.RoutingPolicy, provision.NumberActivated)(d)
			d.Missing[0].Rules = []provision.Reason{{Rule: provision.LicenceDisabled}}
			d.Missing[1].Since = time.Time{}
			d.Missing[2].Since, d.Missing[2].Met = time.Time{}, time.Time{}
			d.Against = []provision.Reason{{Rule: provision.HasCallingPlan}}
		},
		"diagnosis-fine": nil,
		"diagnosis-self": func(d *diagnose.Diagnosis) { d.Self, d.Reopens = true, true },
		"diagnosis-none": without,
		"diagnosis-refused": func(d *diagnose.Diagnosis) {
			without(d)
			d.Against = []provision.Reason{{Rule: provision.NoPhoneLicence}, {Rule: provision.NoUsageLocation}}
			d.Eligibility.Reasons = d.Against
		},
		"diagnosis-gone": func(d *diagnose.Diagnosis) { d.Person.Gone, d.Conditions = true, nil },
		"diagnosis-differs": func(d *diagnose.Diagnosis) {
			lost(provision.NumberOnPerson)(d)
			d.Repair = repairs()[0]
		},
		"diagnosis-waiting": func(d *diagnose.Diagnosis) {
			d.Order = sheet(provision.Waiting, waiting).Order
			lost(provision.EnterpriseVoice)(d)
			d.Missing[0].Met = time.Time{}
		},
		"diagnosis-parked": func(d *diagnose.Diagnosis) {
			without(d)
			d.Order, d.Opens, d.Retries = sheet(provision.Parked, parked).Order, true, true
		},
		"diagnosis-parked-auditor": func(d *diagnose.Diagnosis) {
			without(d)
			d.Order, d.Opens, d.Refused = sheet(provision.Parked, parked).Order, true, provision.Refusals{Operate: true, Manage: true}
		},
		"diagnosis-unread": func(d *diagnose.Diagnosis) {
			d.Conditions, d.VoiceKnown = conditions()[:3], false
			d.Unread = []diagnose.Unread{{Source: diagnose.Telephony, Permission: "TeamsUserConfiguration.Read.All"}, {Source: diagnose.Inventory}}
		},
		"diagnosis-own": employee(func(d *diagnose.Diagnosis) {
			lost(provision.RoutingPolicy, provision.LicenceEnabled)(d)
			d.Reopens = true
		}),
		"diagnosis-own-all":     employee(func(d *diagnose.Diagnosis) { lost(everyCondition()...)(d); d.Order.Requester = provision.Actor{} }),
		"diagnosis-own-fine":    employee(func(d *diagnose.Diagnosis) { d.Reopens = true }),
		"diagnosis-own-none":    employee(without),
		"diagnosis-own-pending": employee(func(d *diagnose.Diagnosis) { without(d); d.Order = sheet(provision.Pending, nil).Order }),
		"diagnosis-own-waiting": employee(func(d *diagnose.Diagnosis) {
			d.Order = sheet(provision.Waiting, waiting).Order
			lost(provision.EnterpriseVoice)(d)
		}),
		"diagnosis-own-looking": employee(func(d *diagnose.Diagnosis) {
			d.Order = sheet(provision.Waiting, reopened(conditions())).Order
			d.Order.Ready = ago(time.Hour)
		}),
		"diagnosis-own-unread": employee(func(d *diagnose.Diagnosis) {
			d.Conditions, d.Unread = nil, []diagnose.Unread{{Source: diagnose.Directory}}
		}),
	}
	cards := map[string]diagnose.Diagnosis{}
	for name, change := range all {
		cards[name] = diagnosisOf(change)
	}
	return cards
}

func everyCondition() (names []provision.ConditionName) {
	for _, c := range conditions() {
		names = append(names, c.Name)
	}
	return names
}

func diagnosisCards(w Writer) map[string]func() (json.RawMessage, string) {
	all := map[string]func() (json.RawMessage, string){}
	for name, d := range diagnoses() {
		all[name] = func() (json.RawMessage, string) { return w.Diagnosis(d) }
	}
	return all
}

// TestEmployeesReadOfTheirPhoneAlone: nothing that an employee gets has a button that would be refused to them, names
// a place that only an admin can go to, or shows the number of a phone that nobody told them of.
func TestEmployeesReadOfTheirPhoneAlone(t *testing.T) {
	t.Parallel()
	may := []string{view.VerbMissing, view.VerbSeen, view.VerbDiagnose, view.VerbSay}
	for name, show := range diagnosisCards(writer(t)) {
		if !strings.HasPrefix(name, "diagnosis-own") {
			continue
		}
		raw, _ := show()
		var v any
		if err := json.Unmarshal(raw, &v); err != nil {
			t.Fatal(err)
		}
		walk(v, func(e map[string]any) {
			if verb, ok := e["verb"].(string); ok && !slices.Contains(may, verb) {
				t.Errorf("%s has the button %q", name, verb)
			}
		})
		for _, bad := range []string{"admin center", "Graph", dana.UPN} {
			if strings.Contains(string(raw), bad) {
				t.Errorf("%s says %q", name, bad)
			}
		}
		if name == "diagnosis-own-waiting" && strings.Contains(string(raw), "206") {
			t.Errorf("%s shows a number before anybody told of it", name)
		}
	}
}

// TestNoButtonIsRefused: who may only look is offered nothing that changes anything.
func TestNoButtonIsRefused(t *testing.T) {
	t.Parallel()
	w := writer(t)
	for name, d := range diagnoses() {
		d.Refused.Operate, d.Retries, d.Reopens = true, false, false
		d.Repair = provision.Repair{} // which only operators are given
		raw, _ := w.Diagnosis(d)
		for _, verb := range []string{view.VerbRetry, view.VerbMend, view.VerbBegin, view.VerbMissing} {
			if strings.Contains(string(raw), `"`+verb+`"`) {
				t.Errorf("%s offers %s to a reader who may not", name, verb)
			}
		}
	}
}
