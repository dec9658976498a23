package provision

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"
)

// Observation is what Microsoft showed of a stopped order's person and numbers. It did not answer what is empty here.
type Observation struct {
	At       time.Time    `json:"at,omitzero"` // zero: never read
	Account  AccountState `json:"account,omitempty"`
	Licensed bool         `json:"licensed,omitempty"` // it can use a phone licence
	Plan     Effect       `json:"plan,omitempty"`     // of the order's plan
	// of the order's number, of the one before, then of the one that the person has here
	Holders []Holder `json:"holders,omitempty"`
}

// AccountState is how the directory shows an account. It is persisted: never rename one.
type AccountState string

// The states of an account.
const (
	AccountThere   AccountState = "there"
	AccountBlocked AccountState = "blocked" // from signing in
	AccountGone    AccountState = "gone"
)

// Effect is whether a plan's policies are in effect for a person. It is persisted: never rename one.
type Effect string

// Holder is who has a number at Microsoft.
type Holder struct {
	Number E164         `json:"number"`
	HeldBy NumberHolder `json:"whose,omitempty"`
	User   UserID       `json:"user,omitempty"` // Others, HeldByUnknownAccount: the account
	Name   string       `json:"name,omitempty"` // Others: as the directory has it
}

// NumberHolder says where Microsoft shows a number. It is persisted: never rename one.
type NumberHolder string

// Where a number can be.
const (
	HeldByNobody         NumberHolder = "nobody"
	HeldByPerson         NumberHolder = "person"  // the order's person, who is there
	HeldByOther          NumberHolder = "other"   // another account
	HeldByUnknownAccount NumberHolder = "phantom" // bound to an account that does not exist
	HeldByPolicy         NumberHolder = "policy"  // bound to a policy, as those of shared calling are
	// the order's person has it, but not as their own number: a private line, or an alternate number
	HeldBeside NumberHolder = "beside"
)

// Repair is how the records of a person's phone differ from what Microsoft shows, and what they would be set to.
type Repair struct {
	Person  Person
	Before  Subscriber // zero: there is no record
	After   Subscriber // the same as Before where nothing is wrong with it
	Numbers []NumberRepair
	Left    []Message         // what is left as it is, and why
	Live    Order             // while it is at work nothing is set; without an ID: none
	Mark    string            // names what was read: the records are set only to what was shown
	Set     bool              // the records have just been set
	Names   map[string]string // of the locations and plans, by their ids
	Now     time.Time
}

// NumberRepair is the record of a number as it is and as it should be.
type NumberRepair struct{ Before, After Number }

// Differs reports whether there is anything to set.
func (r Repair) Differs() bool { return r.Before != r.After || len(r.Numbers) > 0 }

// Marked names what a repair would do.
func (r Repair) Marked() Repair {
	sum := sha256.New()
	fmt.Fprintf(sum, "%v\n%v\n", r.Before, r.After)
	for _, n := range r.Numbers {
		fmt.Fprintf(sum, "%v %v %v\n", n.Before, n.After.State, n.After.User)
	}
	r.Mark = hex.EncodeToString(sum.Sum(nil)[:8])
	return r
}
