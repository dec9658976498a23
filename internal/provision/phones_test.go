package provision_test

import (
	"fmt"
	"testing"
	"time"

	"calltab/internal/provision"
	"calltab/internal/provision/people"
	"calltab/internal/provision/record"
)

// TestPhones: a list of phones shows each that its reader may see, once, whatever the pages are, and no other.
func TestPhones(t *testing.T) {
	t.Parallel()
	d := quickDesk(t)
	places := []provision.LocationID{"seattle", "london"}
	err := d.Store.Update(t.Context(), func(tx provision.Tx) error {
		for i := range 11 {
			sub := provision.Subscriber{User: provision.UserID(fmt.Sprintf("user%02d", i)), Location: places[i%2], Plan: "metered",
				Number: provision.E164(fmt.Sprintf("+120655501%02d", i))}
			if i == 3 {
				sub.Plan = "unlimited"
			}
			if i == 4 {
				sub.Number, sub.Plan = "", "" // imported, without a phone
			}
			sub.Since = start.Add(time.Duration(i*7%11) * time.Hour)
			if err := d.PutSubscriber(tx, tenant, sub); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	read := func(by provision.Actor, q people.PhoneQuery) (all []provision.UserID) {
		t.Helper()
		for range 20 {
			page, err := d.Phones(t.Context(), tenant, by, q)
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range page.Phones {
				all = append(all, p.User)
			}
			if page.Next == "" {
				return all
			}
			q.From = page.Next
		}
		t.Fatal("the pages do not end")
		return nil
	}
	want := func(got []provision.UserID, expected string) {
		t.Helper()
		if fmt.Sprint(got) != expected {
			t.Errorf("got %v, want %s", got, expected)
		}
	}
	for limit := 1; limit < 13; limit++ {
		want(read(alice, people.PhoneQuery{Limit: limit}),
			"[user00 user01 user02 user03 user05 user06 user07 user08 user09 user10]")
		since := people.PhoneQuery{Limit: limit, Since: start.Add(4 * time.Hour)}
		want(read(alice, since), "[user03 user06 user09 user01 user07 user10]")
		since.Location = "london"
		want(read(alice, since), "[user03 user09 user01 user07]")
		want(read(alice, people.PhoneQuery{Limit: limit, Location: "london", Plan: "metered"}), "[user01 user05 user07 user09]")
	}
	want(read(alice, people.PhoneQuery{Limit: 5, Plan: "unlimited"}), "[user03]")
	want(read(provision.Actor{ID: dana}, people.PhoneQuery{Limit: 5}), "[]") // who may see nothing
}

// TestEnding: numbers are found by their last digits, in the states that are asked for, and never more than the limit.
func TestEnding(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	find := func(by provision.Actor, digits string, limit int, states ...provision.NumberState) (all []provision.E164) {
		t.Helper()
		found, err := d.Ending(t.Context(), tenant, by, digits, "", states, limit)
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range found {
			all = append(all, n.E164)
		}
		return all
	}
	for _, c := range []struct {
		got  []provision.E164
		want string
	}{
		{find(alice, "0105", 9), "[+12065550105]"},
		{find(alice, "105", 9, provision.Free), "[+12065550105]"},
		{find(alice, "105", 9, provision.Assigned), "[]"},
		{find(alice, "3", 2), "[+12065550103 +12065550113]"},
		{find(alice, "9999", 9), "[]"},
		{find(provision.Actor{ID: dana}, "0105", 9), "[]"},
	} {
		if fmt.Sprint(c.got) != c.want {
			t.Errorf("got %v, want %s", c.got, c.want)
		}
	}
}

// TestPhonesOfMany: a page that was read in several looks says that it is the last one.
func TestPhonesOfMany(t *testing.T) {
	t.Parallel()
	const many = record.CompareChunk + 100
	d := quickDesk(t)
	d.update(func(tx provision.Tx) error {
		for i := range many {
			sub := provision.Subscriber{User: provision.UserID(fmt.Sprintf("user%04d", i)), Location: "seattle",
				Number: provision.E164(fmt.Sprintf("+1206555%04d", i))}
			if err := d.PutSubscriber(tx, tenant, sub); err != nil {
				return err
			}
		}
		return nil
	})
	for _, limit := range []int{many - 1, many, many + 1} {
		page, err := d.Phones(t.Context(), tenant, alice, people.PhoneQuery{Limit: limit})
		if more := page.Next != ""; err != nil || len(page.Phones) != min(limit, many) || more != (limit < many) {
			t.Errorf("of %d asked for, %d come, and then %q (%v)", limit, len(page.Phones), page.Next, err)
		}
	}
}
