// Package rehearsal marks the orders that only try a tenant out: a person is given a phone, and it is taken back at once,
// for the one who sets Calltab up to see whether the main job works. The mark is made in the transaction that submits
// the order, so that nothing can keep the phone from being taken back.
//
// Such an order is one like any other, with three differences that hang on its mark: its phone is never said to be
// ready (package fulfil), its number is free again without a cooling period (package result), and its person is again
// what they were, imported or not (package undo). Package rehearse, below, begins these orders and takes them back.
//
// A record names neither person nor number: it stays where a person is forgotten.
package rehearsal

import (
	"time"

	"calltab/internal/provision"
	"calltab/internal/provision/record"
)

// Rehearsal is what is kept of one. It is no part of what an older program reads: that one leaves the table as it is.
type Rehearsal struct {
	Began  time.Time `json:"began"`
	Until  time.Time `json:"until"`            // then the phone is taken back, whether it was seen to work or not
	Rested time.Time `json:"rested,omitzero"`  // of its number, as before: when the last person gave it back
	Over   time.Time `json:"over,omitzero"`    // when it had come to its end
	Given  time.Time `json:"given,omitzero"`   // when Microsoft had the number on the person; zero: never seen
	Ready  time.Time `json:"ready,omitzero"`   // when every condition was seen to be met; zero: never
	Done   []string  `json:"done,omitempty"`   // the steps that led forward and were done
	Stood  string    `json:"stood,omitempty"`  // the step at which the work stood when it was turned round
	Again  int       `json:"again,omitempty"`  // how often the taking back was tried again after it had stopped
	Tried  time.Time `json:"tried,omitzero"`   // … and when, by Calltab itself, for the last time
	Before Seen      `json:"before,omitzero"`  // before the first step
	After  Seen      `json:"after,omitzero"`   // when the phone was about to be taken back
	Calls  Calls     `json:"calls,omitempty"`  // to Microsoft; those from before a restart may be missing
	Shape  string    `json:"shape,omitempty"`  // of the operation's answer: bare, or in value
	Lacked []string  `json:"lacked,omitempty"` // the conditions that were missing when it was about to be taken back
}

// Seen is what Microsoft's telephone service showed of the person.
type Seen struct {
	At              time.Time         `json:"at"` // zero: it was not asked, or did not answer
	EnterpriseVoice bool              `json:"enterprise_voice,omitempty"`
	Features        []string          `json:"features,omitempty"`
	Policies        map[string]string `json:"policies,omitempty"` // the effective ones that the plan sets, by type
}

// Call is how often a call was made, and how it ended.
type Call struct {
	Fine    int    `json:"fine,omitempty"`
	Refused int    `json:"refused,omitempty"` // or not answered
	Asked   int    `json:"asked,omitempty"`   // … among them: Microsoft asked to wait
	Why     string `json:"why,omitempty"`     // the last refusal: its kind, and Microsoft's code
}

// Calls are the calls by their names.
type Calls map[string]Call

// Add counts other calls in.
func (c Calls) Add(other Calls) Calls {
	if c == nil && len(other) > 0 {
		c = Calls{}
	}
	for name, o := range other {
		was := c[name]
		was.Fine += o.Fine
		was.Refused += o.Refused
		was.Asked += o.Asked
		if o.Why != "" {
			was.Why = o.Why
		}
		c[name] = was
	}
	return c
}

// In reads the mark of an order; is is false where it has none.
func In(tx provision.Tx, tenant provision.TenantID, id provision.OrderID) (r Rehearsal, is bool, err error) {
	return record.Load[Rehearsal](tx, record.TableRehearsals, record.Key(tenant, string(id)))
}

// Is reports whether an order is a rehearsal that is not over. Afterwards it is an order like any other: where an
// operator left the phone with its person, they have it for good.
func Is(tx provision.Tx, tenant provision.TenantID, id provision.OrderID) bool {
	r, is, err := In(tx, tenant, id)
	return is && (err != nil || r.Over.IsZero())
}

// Keep writes the mark of an order.
func Keep(tx provision.Tx, tenant provision.TenantID, id provision.OrderID, r Rehearsal) {
	record.Save(tx, record.TableRehearsals, record.Key(tenant, string(id)), r)
}
