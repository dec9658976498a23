package fulfil_test

import (
	"strings"
	"testing"
	"time"

	"calltab/internal/provision"
)

// outcome is how an order should end. Empty fields are what a success has.
type outcome struct {
	state   provision.OrderState
	problem string
	number  provision.NumberState
	writes  string
	policy  string
}

const (
	done   = provision.Done
	failed = provision.Failed
	parked = provision.Parked
)

// always is a fate that stays. Where it is a server's or a permission's, it is a verdict only with others getting on elsewhere.
func always(err error) []fate { return []fate{{err: err, forever: true}} }

func times(n int, f fate) (list []fate) {
	for range n {
		list = append(list, f)
	}
	return list
}

// TestOrders plays what is met in the wild, a row each.
func TestOrders(t *testing.T) {
	t.Parallel()
	const metered = "id of Metered Calls"
	for name, c := range map[string]struct {
		arrange func(m *microsoft)
		want    outcome
	}{
		"plain": {func(*microsoft) {}, outcome{done, "", provision.Assigned, "assign, policy Metered Calls", metered}},
		"slow and late": {
			func(m *microsoft) { m.takes, m.delay = 10*time.Minute, 5*time.Minute },
			outcome{done, "", provision.Assigned, "assign, policy Metered Calls", metered},
		},
		"the number is on the person already": {
			func(m *microsoft) { m.give(ours, dana) },
			outcome{done, "", provision.Assigned, "policy Metered Calls", metered},
		},
		"the plan's policy is there already": {
			func(m *microsoft) { _ = m.setPolicy(fate{}, dana, routing, metered) },
			outcome{done, "", provision.Assigned, "assign", metered},
		},

		// Answers to the assignment that are lost.
		"answer lost after the work": {
			func(m *microsoft) { m.fates["assign"] = []fate{{err: lost, works: true}} },
			outcome{done, "", provision.Assigned, "assign, policy Metered Calls", metered},
		},
		"answer lost before the work": {
			func(m *microsoft) { m.fates["assign"] = []fate{{err: lost}} },
			outcome{done, "", provision.Assigned, "assign, assign, policy Metered Calls", metered},
		},
		"answer lost, shown after two minutes": {
			func(m *microsoft) { m.fates["assign"], m.delay = []fate{{err: lost, works: true}}, 2*time.Minute },
			outcome{done, "", provision.Assigned, "assign, policy Metered Calls", metered},
		},
		"answer lost, shown after it was asked for again": {
			func(m *microsoft) { m.fates["assign"], m.delay = []fate{{err: lost, works: true}}, 4*time.Minute },
			outcome{done, "", provision.Assigned, "assign, assign, policy Metered Calls", metered},
		},
		"answers lost for ever": {
			func(m *microsoft) { m.fates["assign"] = always(lost) },
			outcome{provision.Running, "", provision.Held, "", ""},
		},
		"answers lost for ever, for this account alone": {
			func(m *microsoft) { m.fates["assign"], m.elsewhere = always(lost), true },
			outcome{parked, "microsoft-fails-account", provision.Held, "", ""},
		},

		// Refusals, direct answers.
		"throttled": {
			func(m *microsoft) { m.fates["assign"] = times(3, fate{err: throttled}) },
			outcome{done, "", provision.Assigned, "assign, assign, assign, assign, policy Metered Calls", metered},
		},
		"throttled for ever": {
			func(m *microsoft) { m.fates["assign"] = always(throttled) },
			outcome{provision.Running, "", provision.Held, "", ""},
		},
		"the licence has not reached Teams": {
			func(m *microsoft) { m.fates["assign"] = times(4, fate{err: unknown}) },
			outcome{done, "", provision.Assigned, strings.Repeat("assign, ", 5) + "policy Metered Calls", metered},
		},
		"the licence has not reached Teams, in other words": {
			func(m *microsoft) { m.fates["assign"] = times(4, fate{err: lacksPlan}) },
			outcome{done, "", provision.Assigned, strings.Repeat("assign, ", 5) + "policy Metered Calls", metered},
		},
		"the licence never reaches Teams": {
			func(m *microsoft) { m.fates["assign"] = always(unknown) },
			outcome{parked, "person-unknown-to-teams", provision.Held, "", ""},
		},
		"called on-premises, in truth the licence goes": {
			func(m *microsoft) { m.fates["assign"] = always(onPremLie); m.afterCheck(withoutLicence) },
			outcome{failed, "not-eligible", provision.Free, "assign", ""},
		},
		"called on-premises, and so it is": {
			func(m *microsoft) {
				m.fates["assign"] = always(onPremLie)
				m.afterCheck(func(m *microsoft) { m.onPrem["+12065550199"] = true; m.give("+12065550199", dana) })
			},
			outcome{failed, "not-eligible", provision.Free, "assign", ""},
		},
		"on somebody else": {
			func(m *microsoft) { m.give(ours, other) },
			outcome{failed, "number-on-other", provision.Blocked, "", ""},
		},
		"on somebody else, shown late": {
			func(m *microsoft) {
				m.fates["assign"] = always(taken)
				m.afterCheck(func(m *microsoft) { m.numbers[ours] = []change{{m.now().Add(time.Second), string(other)}} })
			},
			outcome{failed, "number-on-other", provision.Blocked, "assign", ""},
		},
		"on a phantom": {
			func(m *microsoft) { m.give(ours, "f0000000-0000-4000-8000-00000000000f") },
			outcome{failed, "number-on-phantom", provision.Blocked, "", ""},
		},
		"unavailable, as a bad request": {
			func(m *microsoft) { m.fates["assign"] = times(5, fate{err: tryAgain}) },
			outcome{done, "", provision.Assigned, strings.Repeat("assign, ", 6) + "policy Metered Calls", metered},
		},
		"unavailable for ever, as a bad request": {
			func(m *microsoft) { m.fates["assign"] = always(tryAgain) },
			outcome{parked, "says-unavailable", provision.Held, strings.Repeat("assign, ", 11) + "assign", ""},
		},
		"refused without a reason": {
			func(m *microsoft) { m.fates["assign"] = always(badUpdate) },
			outcome{failed, "says-update-failed", provision.Free, "assign, assign, assign", ""},
		},
		"refused without a word": {
			func(m *microsoft) { m.fates["assign"] = always(opaque) },
			outcome{failed, "assign-refused", provision.Free, "assign, assign, assign", ""},
		},
		"on somebody whom Microsoft does not show": {
			func(m *microsoft) { m.fates["assign"] = always(taken) },
			outcome{failed, "says-taken", provision.Blocked, "assign, assign, assign", ""},
		},
		"called on-premises, and nothing is": {
			func(m *microsoft) { m.fates["assign"] = always(onPremLie) },
			outcome{failed, "says-on-premises", provision.Free, "assign, assign, assign", ""},
		},
		"called on-premises, in truth Teams has not heard of the licence": {
			func(m *microsoft) {
				m.fates["assign"], m.voice.Features = times(3, fate{err: onPremLie}), []string{"Teams"}
				m.later(12*time.Minute, func(m *microsoft) { m.voice.Features = []string{"Teams", "PhoneSystem"} })
			},
			outcome{done, "", provision.Assigned, strings.Repeat("assign, ", 4) + "policy Metered Calls", metered},
		},
		"refused twice": {
			func(m *microsoft) { m.fates["assign"] = times(2, fate{err: badUpdate}) },
			outcome{done, "", provision.Assigned, "assign, assign, assign, policy Metered Calls", metered},
		},
		"refused after a lost answer that comes to something": {
			func(m *microsoft) {
				m.takes = 20 * time.Minute
				m.fates["assign"] = append([]fate{{err: lost, works: true}}, always(badUpdate)...)
			},
			outcome{failed, "says-update-failed", provision.Free, strings.Repeat("assign, ", 4) + "unassign" + strings.Repeat(", unassign", 6), ""},
		},
		"permission missing": {
			func(m *microsoft) { m.fates["assign"] = always(forbidden) },
			outcome{provision.Running, "", provision.Held, "", ""},
		},
		"permission missing for this account alone": {
			func(m *microsoft) { m.fates["assign"], m.elsewhere = always(forbidden), true },
			outcome{parked, "graph-permission-missing", provision.Held, "", ""},
		},

		// Operations.
		"operation failed": {
			func(m *microsoft) { m.fates["assign"] = []fate{{op: "failed", forever: true}} },
			outcome{failed, "says-update-failed", provision.Free, "assign, assign, assign", ""},
		},
		"operation failed once": {
			func(m *microsoft) { m.fates["assign"] = []fate{{op: "failed"}} },
			outcome{done, "", provision.Assigned, "assign, assign, policy Metered Calls", metered},
		},
		"operation said to have failed": {
			func(m *microsoft) { m.fates["assign"] = []fate{{op: "failed-but-done"}} },
			outcome{done, "", provision.Assigned, "assign, policy Metered Calls", metered},
		},
		"operation said to have failed, for the third time and before it shows": {
			func(m *microsoft) {
				m.delay = time.Minute
				m.fates["assign"] = append(times(2, fate{err: badUpdate}), fate{op: "failed-but-done"})
			},
			outcome{failed, "says-update-failed", provision.Free, "assign, assign, assign, unassign", ""},
		},
		"operation forgotten": {
			func(m *microsoft) { m.fates["assign"], m.delay = []fate{{op: "forgotten"}}, time.Minute },
			outcome{done, "", provision.Assigned, "assign, policy Metered Calls", metered},
		},
		"operation without a name": {
			func(m *microsoft) { m.fates["assign"] = []fate{{op: "nameless"}} },
			outcome{done, "", provision.Assigned, "assign, policy Metered Calls", metered},
		},
		"operation never ends": {
			func(m *microsoft) { m.fates["assign"] = []fate{{op: "endless"}} },
			outcome{done, "", provision.Assigned, "assign, policy Metered Calls", metered},
		},
		"operation never ends nor works": {
			func(m *microsoft) { m.fates["assign"], m.takes = []fate{{op: "endless"}}, 20*time.Hour },
			outcome{parked, "number-not-showing", provision.Held, "assign, policy Metered Calls", metered},
		},
		"operations cannot be read for a while": {
			func(m *microsoft) { m.fates["operation"] = times(6, fate{err: lost}) },
			outcome{done, "", provision.Assigned, "assign, policy Metered Calls", metered},
		},

		// Policies.
		"policy missing": {
			func(m *microsoft) { m.missing["Metered Calls"] = true },
			outcome{failed, "policy-not-found", provision.Free, "assign, no policy, unassign", ""},
		},
		"policy missing and the number shown late": {
			func(m *microsoft) {
				m.missing["Metered Calls"], m.delay = true, 20*time.Minute
				m.fates["assign"] = []fate{{op: "nameless"}}
			},
			outcome{failed, "policy-not-found", provision.Free, "assign, no policy" + strings.Repeat(", unassign", 7), ""},
		},
		"policy refused": {
			func(m *microsoft) {
				_ = m.setPolicy(fate{}, dana, routing, "id of Old Calls")
				m.fates["assign-policy"] = times(3, fate{err: badUpdate})
			},
			outcome{failed, "policy-refused", provision.Free,
				"assign, policy Metered Calls, policy Metered Calls, policy Metered Calls, policy Old Calls, unassign", "id of Old Calls"},
		},
		"the policy service does not know the person yet": {
			func(m *microsoft) { m.fates["assign-policy"] = times(4, fate{err: unknown}) },
			outcome{done, "", provision.Assigned, "assign" + strings.Repeat(", policy Metered Calls", 5), metered},
		},
		"the answer to a policy is lost": {
			func(m *microsoft) { m.fates["assign-policy"], m.delay = []fate{{err: lost, works: true}}, time.Minute },
			outcome{done, "", provision.Assigned, "assign, policy Metered Calls, policy Metered Calls", metered},
		},
		"permission for policies missing": {
			func(m *microsoft) { m.fates["policy-id"], m.elsewhere = always(forbidden), true },
			outcome{parked, "graph-permission-missing", provision.Held, "", ""},
		},
		"voice not shown when policies are noted": {
			func(m *microsoft) {
				_ = m.setPolicy(fate{}, dana, routing, "id of Old Calls")
				m.missing["Metered Calls"], m.takes = true, 5*time.Minute
				m.afterCheck(func(m *microsoft) { m.withheld["voice"] = true })
				m.later(20*time.Minute, func(m *microsoft) { m.withheld["voice"] = false })
			},
			outcome{failed, "policy-not-found", provision.Free, "assign, policy Old Calls, unassign, unassign", "id of Old Calls"},
		},

		// The person meanwhile.
		"account deleted before the work": {
			func(m *microsoft) { m.gone = true }, outcome{failed, "person-gone", provision.Free, "", ""},
		},
		"account deleted between check and assignment": {
			func(m *microsoft) { m.afterCheck(func(m *microsoft) { m.leaves(false) }) },
			outcome{failed, "person-gone", provision.Free, "assign", ""},
		},
		"account deleted after the assignment, and the number with it": {
			func(m *microsoft) {
				m.takes = time.Minute
				m.later(2*time.Minute, func(m *microsoft) { m.leaves(false) })
				m.fates["assign-policy"] = always(lost)
			},
			outcome{failed, "person-gone", provision.Free, "assign, policy Metered Calls" + strings.Repeat(", policy Metered Calls", 4) + ", no policy", ""},
		},
		"account deleted after the assignment, and the number bound": {
			func(m *microsoft) {
				m.takes = time.Minute
				m.later(90*time.Second, func(m *microsoft) { m.leaves(true) })
				m.fates["assign-policy"] = always(lost)
			},
			outcome{parked, "number-kept-gone", provision.Held, "", ""},
		},
		"licence gone before the work": {withoutLicence, outcome{failed, "not-eligible", provision.Free, "", ""}},
		"another number meanwhile": {
			func(m *microsoft) { m.give("+12065550177", dana) }, outcome{failed, "not-eligible", provision.Free, "", ""},
		},
		"account deleted while it waits": {
			func(m *microsoft) {
				m.withheld["activated"] = true
				m.later(time.Hour, func(m *microsoft) { m.gone = true })
			},
			outcome{parked, "person-gone", provision.Assigned, "assign, policy Metered Calls", metered},
		},
		"reads fail for a while": {
			func(m *microsoft) {
				for _, read := range []string{"person", "voice", "assignment"} {
					m.fates[read] = times(4, fate{err: lost})
				}
			},
			outcome{done, "", provision.Assigned, "assign, policy Metered Calls", metered},
		},
		"never ready": {
			func(m *microsoft) { m.withheld["activated"] = true },
			outcome{parked, "never-ready", provision.Assigned, "assign, policy Metered Calls", metered},
		},

		// The way back.
		"throttled on the way back": {
			func(m *microsoft) {
				m.missing["Metered Calls"] = true
				m.fates["unassign"] = times(3, fate{err: throttled})
			},
			outcome{failed, "policy-not-found", provision.Free, "assign, no policy, unassign, unassign, unassign, unassign", ""},
		},
		"busy on the way back": {
			func(m *microsoft) {
				m.missing["Metered Calls"] = true
				m.fates["unassign-policy"] = times(3, fate{err: lost})
			},
			outcome{failed, "policy-not-found", provision.Free, "assign, no policy, no policy, no policy, no policy, unassign", ""},
		},
		"the policy service forgets the person on the way back": {
			func(m *microsoft) {
				m.fates["assign-policy"] = append([]fate{{err: lost}, {err: lost, works: true}}, always(badUpdate)...)
				m.delay, m.fates["unassign-policy"] = time.Minute, times(2, fate{err: unknown})
			},
			outcome{failed, "policy-refused", provision.Free,
				"assign" + strings.Repeat(", policy Metered Calls", 5) + strings.Repeat(", no policy", 3) + ", unassign", ""},
		},
		"the answer on the way back is lost, and shown late": {
			func(m *microsoft) {
				m.missing["Metered Calls"], m.delay = true, 2*time.Minute
				m.fates["unassign"] = []fate{{err: lost, works: true}}
			},
			outcome{failed, "policy-not-found", provision.Free, "assign, no policy, unassign", ""},
		},
		"no way back": {
			func(m *microsoft) { m.missing["Metered Calls"] = true; m.fates["unassign"] = always(badUpdate) },
			outcome{parked, "undo-failed", provision.Held, "", ""},
		},
		"permission missing on the way back": {
			func(m *microsoft) {
				m.missing["Metered Calls"], m.elsewhere = true, true
				m.fates["unassign"] = always(forbidden)
			},
			outcome{parked, "graph-permission-missing", provision.Held, "", ""},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inWorld(t, func(w *world) {
				w.ms.change(c.arrange)
				w.live(w.store)
				o := w.end(20 * 24 * time.Hour)
				got := outcome{o.State, o.Problem.ID, w.number().State, strings.Join(w.ms.writes, ", "), w.ms.direct(routing)}
				if c.want.writes == "" && (o.State == provision.Parked || o.State == provision.Running) {
					got.writes = ""
				}
				if got != c.want {
					t.Errorf("\n got %+v\nwant %+v", got, c.want)
				}
				if err := w.sound(); err != nil && c.want.state != provision.Running {
					t.Error(err)
				}
			})
		})
	}
}

func withoutLicence(m *microsoft) { m.person.Plans[1].Status = "Deleted" }
