package provision_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"calltab/internal/provision"
	"calltab/internal/provision/people"
	"calltab/internal/provision/record"
	"calltab/internal/provision/storetest"
)

// subscriberNames are what befallSubscribers calls people: some alike but for case, one with a slash, one without any.
var subscriberNames = []string{"Dana Reyes", "DANA REYES", "Ærø/Öst", "ærø/öst", "Straße", "Kelvin", "\u212aelvin", ""}

// befallSubscribers writes, changes and drops subscribers as it comes.
func befallSubscribers(d *desk, random *rand.Rand, times int) {
	d.t.Helper()
	places := []provision.LocationID{"seattle", "london", "annex", ""}
	plans := []provision.PlanID{"metered", "unlimited", ""}
	for range times {
		d.update(func(tx provision.Tx) error {
			i := random.IntN(200)
			if random.IntN(5) == 0 {
				return d.DropSubscriber(tx, tenant, user(i))
			}
			sub := provision.Subscriber{User: user(i), Location: places[random.IntN(3+random.IntN(2))], Plan: plans[random.IntN(2+random.IntN(2))]}
			sub.Name = subscriberNames[random.IntN(len(subscriberNames))]
			sub.UPN = fmt.Sprintf("Person%d@example.com", random.IntN(50))
			if random.IntN(4) > 0 {
				sub.Number = number("+12065550000", i)
			}
			if random.IntN(5) > 0 {
				sub.Since = start.Add(time.Duration(random.IntN(40)) * time.Hour)
			}
			return d.PutSubscriber(tx, tenant, sub)
		})
	}
}

// phoneLists are all answers that lists of people with a phone give to some readers, page by page, and who is found
// among people who are gone.
func (d *desk) phoneLists() (all []string) {
	d.t.Helper()
	for _, by := range []provision.Actor{alice, {ID: erin}} {
		for _, loc := range []provision.LocationID{"", "london", "annex", "nowhere"} {
			for _, plan := range []provision.PlanID{"", "unlimited"} {
				for _, since := range []time.Time{{}, start, start.Add(30 * time.Hour)} {
					q := people.PhoneQuery{Location: loc, Plan: plan, Since: since, Limit: 7}
					all = append(all, fmt.Sprint(by.ID, loc, plan, since, d.phonePages(by, q)))
				}
			}
		}
	}
	for _, text := range append(subscriberNames, "person7@EXAMPLE.com", strings.ToUpper(string(user(3))), "nobody") {
		got, err := d.LookFor(d.t.Context(), provision.Order{Tenant: tenant, Kind: provision.Remove}, text, true, time.Second)
		found := fmt.Sprintf("%q %v", text, err)
		for _, p := range got.People {
			found += fmt.Sprint(" ", p.ID, p.DisplayName)
		}
		all = append(all, found)
	}
	return all
}

// phonePages are all pages of a list, with their borders.
func (d *desk) phonePages(by provision.Actor, q people.PhoneQuery) (text string) {
	d.t.Helper()
	for range 50 {
		page, err := d.Phones(d.t.Context(), tenant, by, q)
		for _, p := range page.Phones {
			text += fmt.Sprint(" ", p.User)
		}
		text += fmt.Sprint(" | ", page.Next, err)
		if page.Next == "" {
			return text
		}
		q.From = page.Next
	}
	d.t.Fatalf("a list does not end: %+v", q)
	return ""
}

// TestSubscriberIndex: whatever happens to subscribers, the index answers as a look at every record does.
func TestSubscriberIndex(t *testing.T) {
	t.Parallel()
	for seed := range uint64(4) {
		d := scopedDesk(t)
		random := rand.New(rand.NewPCG(seed, 8))
		for range 4 {
			befallSubscribers(d, random, 150)
			indexed := d.phoneLists()
			d.unindexed(people.SubscriberIndex, func() { same(t, indexed, d.phoneLists()) })
			d.soundIndexes()
		}
	}
}

// TestSubscriberIndexCompleted: a store of an older program gets its index while subscribers change, and cut off after
// any commit it goes on. The answers are the same before, meanwhile and afterwards.
func TestSubscriberIndexCompleted(t *testing.T) {
	t.Parallel()
	commits := 0
	for cut := 1; ; cut++ {
		d := scopedDesk(t)
		random := rand.New(rand.NewPCG(uint64(cut), 9))
		befallSubscribers(d, random, 300)
		d.update(func(tx provision.Tx) error {
			tx.Delete(record.TableIndexes, people.SubscriberIndex.Name)
			for _, table := range []string{record.TableSubscribersBy, record.TablePhonesAt, record.TablePhonesAtSince} {
				var all []string
				for k := range tx.Scan(table, "", "") {
					all = append(all, k)
				}
				for _, k := range all {
					tx.Delete(table, k)
				}
			}
			return nil
		})
		old := d.phoneLists()
		died := false
		dying := d.open(storetest.CrashAfter(d.store, cut, func() { died = true }))
		if err := dying.CompleteIndexes(t.Context()); died != errors.Is(err, storetest.ErrCrashed) {
			t.Fatalf("cut after %d commits: died is %t, %v", cut, died, err)
		}
		d.soundIndexes()
		same(t, d.phoneLists(), old)
		befallSubscribers(d, random, 60)
		d.soundIndexes()
		before := d.phoneLists()
		if err := d.CompleteIndexes(t.Context()); err != nil {
			t.Fatal(err)
		}
		d.soundIndexes()
		same(t, d.phoneLists(), before)
		if !died {
			break
		}
		commits = cut
	}
	if commits < 3 {
		t.Errorf("cut after %d commits only", commits)
	}
}
