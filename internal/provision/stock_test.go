package provision_test

import (
	"context"
	"iter"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"calltab/internal/provision"
	"calltab/internal/provision/result"
	"calltab/internal/provision/stock"
)

// owner is what the model says of a number.
type owner struct {
	state provision.NumberState
	order provision.OrderID
	user  provision.UserID
}

// shelf is the model: six numbers, and one order after the other for each of four people.
type shelf struct {
	rt     *rapid.T
	d      *desk
	owners map[provision.E164]owner
	orders []provision.OrderID
	kept   map[provision.E164]kept
}

// kept is a reservation that the model knows, also while an order of its person has the number.
type kept struct {
	user  provision.UserID
	until time.Time
}

// rest is what a number is that an order lets go of: kept for the person of its reservation while that lasts, or free.
func (s *shelf) rest(n provision.E164) owner {
	if k := s.kept[n]; k.until.After(s.d.now()) {
		return owner{provision.Reserved, "", k.user}
	}
	delete(s.kept, n)
	return owner{state: provision.Free}
}

// free lets go of what an order has.
func (s *shelf) free(id provision.OrderID) {
	for n, o := range s.owners {
		if o.order == id {
			s.owners[n] = s.rest(n)
		}
	}
}

// reserve keeps a number for a person, which is refused where it is in use or kept for another person.
func (s *shelf) reserve(i int, n provision.E164, minutes int) {
	until := s.d.now().Add(time.Duration(minutes) * time.Minute)
	who := provision.Person{ID: user(i + 1)}
	has := s.owners[n]
	may := has.state == provision.Free || has.state == provision.Reserved && has.user == who.ID
	_, err := s.d.Reserve(context.Background(), tenant, alice, who, n, until)
	if may != (err == nil) || err != nil && provision.KindOf(err) != provision.Conflict {
		s.rt.Fatalf("%s is %+v, and reserving it for %s: %v", n, has, who.ID, err)
	}
	if may {
		s.owners[n] = owner{provision.Reserved, "", who.ID}
		s.kept[n] = kept{who.ID, until.UTC()}
	}
}

// unreserve ends a reservation.
func (s *shelf) unreserve(n provision.E164) {
	has := s.owners[n]
	err := s.d.Unreserve(context.Background(), tenant, alice, n)
	if (has.state == provision.Reserved) != (err == nil) {
		s.rt.Fatalf("%s is %+v, and releasing it: %v", n, has, err)
	}
	if err == nil {
		delete(s.kept, n)
		s.owners[n] = s.rest(n)
	}
}

// end lets the reservations end whose time is over, as their jobs do.
func (s *shelf) end() {
	for n := range s.owners {
		s.d.update(func(tx provision.Tx) error {
			_, _, err := s.d.EndReservation(tx, tenant, n)
			return err
		})
		if s.owners[n].state == provision.Reserved {
			s.owners[n] = s.rest(n)
		}
	}
}

func (s *shelf) sheet(i int) provision.Sheet {
	if s.orders[i] == "" || s.d.sheet(s.orders[i]).Order.State.Over() {
		s.orders[i] = s.d.begin(provision.Request{User: user(i + 1), Location: "seattle", Plan: "metered"}).Order.ID
	}
	return s.d.sheet(s.orders[i])
}

// set gives a number the order has to another state.
func (s *shelf) set(id provision.OrderID, to owner) {
	for n, o := range s.owners {
		if o.order == id {
			s.owners[n] = to
		}
	}
}

func (s *shelf) pick(i int, n provision.E164) {
	sheet := s.sheet(i)
	if sheet.Order.State != provision.Draft {
		return
	}
	if sheet.Order.Form == provision.FormReview {
		sheet = s.d.answer(sheet, another(provision.FormNumber))
	}
	got := s.d.answer(sheet, provision.Answer{Number: n})
	has := s.owners[n]
	mine := has.order == sheet.Order.ID
	may := has.state == provision.Free || mine || has.state == provision.Reserved && has.user == sheet.Order.Person.ID
	if taken := got.Order.Notice.ID == "number-taken"; taken == may {
		s.rt.Fatalf("%s is %+v, and picking it for %s says %q", n, has, sheet.Order.ID, got.Order.Notice.ID)
	} else if !taken {
		s.free(sheet.Order.ID)
		s.owners[n] = owner{provision.Held, sheet.Order.ID, ""}
	}
}

func (s *shelf) cancel(i int) {
	if sheet := s.sheet(i); sheet.Order.State == provision.Draft {
		if _, err := s.d.Cancel(context.Background(), tenant, alice, sheet.Order.ID); err != nil {
			s.rt.Fatal(err)
		}
		s.free(sheet.Order.ID)
	}
}

func (s *shelf) save(i int) {
	if sheet := s.sheet(i); sheet.Order.Form == provision.FormReview {
		got := s.d.save(sheet).Order
		proposed := sheet.Order.Proposed.Number
		has := s.owners[proposed]
		given := has.state == provision.Free || has.state == provision.Reserved && has.user == sheet.Order.Person.ID
		taken := proposed != "" && !given
		if taken == (got.State == provision.Approved) {
			s.rt.Fatalf("saved as %s: the number was taken: %v", got.State, taken)
		}
		if !taken {
			s.owners[got.Number] = owner{provision.Held, got.ID, ""}
		}
	}
}

// wait lets all holds end, and the jobs of the drafts see it.
func (s *shelf) wait() {
	s.d.advance(16 * time.Minute)
	for _, id := range s.orders {
		if id == "" {
			continue
		}
		if _, _, err := s.d.Tick(context.Background(), tenant, id); err != nil {
			s.rt.Fatal(err)
		}
		if s.d.sheet(id).Order.State == provision.Draft {
			s.free(id)
		}
	}
	s.end()
}

// work does what the saga does at the ends of its work.
func (s *shelf) work(i int, what string) {
	o := s.sheet(i).Order
	if o.State != provision.Approved && o.State != provision.Waiting {
		return
	}
	s.d.update(func(tx provision.Tx) error {
		if what == "assign" {
			if err := s.d.Assign(tx, &o); err != nil {
				return err
			}
			o.State = provision.Waiting
			return s.d.Write(tx, &o, provision.OrderWaiting, "", "")
		}
		return s.d.Fail(tx, &o, provision.Say("assign-refused"), result.Loss{Number: what == "block"})
	})
	switch what {
	case "assign":
		s.set(o.ID, owner{provision.Assigned, o.ID, o.Person.ID})
	case "fail":
		s.free(o.ID)
	case "block":
		s.set(o.ID, owner{state: provision.Blocked})
	}
}

// check holds records, indexes and counts against the model.
func (s *shelf) check() {
	counts := map[provision.NumberState]int{}
	var free []provision.E164
	for n, want := range s.owners {
		got := s.d.record(n)
		if got.State != want.state || got.Order != want.order || got.User != want.user {
			s.rt.Fatalf("%s is %+v, want %+v", n, got, want)
		}
		if counts[want.state]++; want.state == provision.Free {
			free = append(free, n)
		}
	}
	slices.Sort(free)
	found, err := s.d.Stock(context.Background(), tenant, alice)
	if err != nil || !maps.Equal(found[1].Numbers, counts) {
		s.rt.Fatalf("counted %v, want %v (%v)", found[1].Numbers, counts, err)
	}
	s.checkReserved()
	for table, read := range map[string]func(string) string{
		"free": func(k string) string { return k }, "digits": func(k string) string { return "+" + k },
		"tails": func(k string) string {
			b := []byte(k)
			slices.Reverse(b)
			return "+" + string(b)
		},
	} {
		var listed []provision.E164
		err := s.d.store.View(context.Background(), func(tx provision.Tx) error {
			for k := range tx.Scan(table, string(tenant)+"/seattle/", "") {
				listed = append(listed, provision.E164(read(k[strings.LastIndexByte(k, '/')+1:])))
			}
			return nil
		})
		if slices.Sort(listed); err != nil || !slices.Equal(listed, free) {
			s.rt.Fatalf("index %s lists %v, free are %v (%v)", table, listed, free, err)
		}
	}
}

// checkReserved holds what is offered first to each person against the model, and that nobody else is offered it.
func (s *shelf) checkReserved() {
	for i := range s.orders {
		who := user(i + 1)
		var offered []provision.Suggestion
		s.d.update(func(tx provision.Tx) (err error) {
			offered, err = stock.Suggest(tx, tenant, "seattle", provision.Person{ID: who}, len(s.owners))
			return err
		})
		first := true
		for _, o := range offered {
			has := s.owners[o.E164]
			mine := has.state == provision.Reserved && has.user == who
			if mine != (o.Merit == provision.ForThem) || !mine && has.state != provision.Free || mine && !first {
				s.rt.Fatalf("%s is offered %s as %q, which is %+v", who, o.E164, o.Merit, has)
			}
			first = first && mine
		}
		for n, has := range s.owners {
			listed := slices.ContainsFunc(offered, func(o provision.Suggestion) bool { return o.E164 == n })
			if has.state == provision.Reserved && has.user == who && !listed {
				s.rt.Fatalf("%s is kept for %s, and not offered", n, who)
			}
		}
	}
}

// TestStockKeepsItsBooks does random things to few numbers and compares everything that the store says with a model.
func TestStockKeepsItsBooks(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		d, end := bareDesk(t)
		defer end()
		d.load("seattle", "+12065550110", 6)
		s := &shelf{rt: rt, d: d, owners: map[provision.E164]owner{}, orders: make([]provision.OrderID, 4), kept: map[provision.E164]kept{}}
		var all []provision.E164
		for i := range 6 {
			n := number("+12065550110", i)
			all, s.owners[n] = append(all, n), owner{state: provision.Free}
		}
		for range rapid.IntRange(1, 25).Draw(rt, "steps") {
			i := rapid.IntRange(0, 3).Draw(rt, "who")
			switch what := rapid.SampledFrom([]string{"pick", "pick", "pick", "save", "save", "cancel", "wait", "assign", "fail", "block", "reserve", "reserve", "unreserve"}).Draw(rt, "what"); what {
			case "pick":
				s.pick(i, rapid.SampledFrom(all).Draw(rt, "number"))
			case "cancel":
				s.cancel(i)
			case "reserve":
				s.reserve(i, rapid.SampledFrom(all).Draw(rt, "kept"), rapid.IntRange(10, 60).Draw(rt, "minutes"))
			case "unreserve":
				s.unreserve(rapid.SampledFrom(all).Draw(rt, "released"))
			case "save":
				s.save(i)
			case "wait":
				s.wait()
			default:
				s.work(i, what)
			}
			s.check()
		}
	})
}

func TestFree(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for _, c := range []struct {
		loc  provision.LocationID
		text string
		want string // the first three, by their last three digits
	}{
		{"seattle", "", "101 102 103"},       // the best: 100 ends in a round hundred and is kept back
		{"seattle", "+1 206", "100 101 102"}, // E.164
		{"seattle", "1206555011", "110 111 112"},
		{"seattle", "206-555-012", "120 121 122"}, // national
		{"seattle", "0206555012", "120 121 122"},  // as written by a habit from elsewhere
		{"seattle", "29", "129"},                  // last digits
		{"seattle", "6", "106 116 126"},           // not the area code's last digit
		{"seattle", "06", "106"},                  // nor with a trunk prefix
		{"seattle", "65", ""},                     // inside the number only
		{"seattle", "(206) 555-0117", "117"},
		{"seattle", "999", ""},
		{"london", "020 7946", "000 001 002"}, // national with its trunk prefix
		{"london", "20 7946 0003", "003"},     // and without
		{"london", "+44 20 7946 0004", "004"},
		{"london", "0005", "005"},
		{"london", "42", ""},
		{"nowhere", "1", ""},
	} {
		found, err := d.Free(t.Context(), tenant, alice, c.loc, c.text, 3)
		var got []string
		for _, n := range found {
			got = append(got, string(n.E164[len(n.E164)-3:]))
		}
		if err != nil || strings.Join(got, " ") != c.want {
			t.Errorf("%s %q: %q, want %q (%v)", c.loc, c.text, got, c.want, err)
		}
	}
}

// counting counts what is read by scans.
type counting struct {
	provision.Store
	scanned *int
}

type countingTx struct {
	provision.Tx
	scanned *int
}

func (c counting) View(ctx context.Context, f func(provision.Tx) error) error {
	return c.Store.View(ctx, func(tx provision.Tx) error { return f(countingTx{tx, c.scanned}) })
}

func (c countingTx) Scan(table, prefix, from string) iter.Seq2[string, []byte] {
	return func(yield func(string, []byte) bool) {
		for k, v := range c.Tx.Scan(table, prefix, from) {
			*c.scanned++
			if !yield(k, v) {
				return
			}
		}
	}
}

// TestFreeCostsNoScan: what the type-ahead reads does not grow with the stock.
func TestFreeCostsNoScan(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.load("seattle", "+12065560000", 2000)
	scanned := 0
	s := d.open(counting{d.store, &scanned})
	for _, text := range []string{"", "1", "+1206", "206", "0", "0123", "5", "999", "65"} {
		scanned = 0
		if _, err := s.Free(t.Context(), tenant, alice, "seattle", text, 10); err != nil {
			t.Fatal(err)
		}
		if scanned > 50 {
			t.Errorf("%q read %d keys", text, scanned)
		}
	}
}

// TestAddNumbers: what is there stays as it is, a second time adds nothing, and a dry run nothing at all.
func TestAddNumbers(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.full(dana, "+12065550129")
	var block []provision.E164
	for i := range 40 {
		block = append(block, number("+12065550120", i))
	}
	for _, c := range []struct {
		dry  bool
		want int
	}{{true, 30}, {false, 30}, {false, 0}} {
		a, err := d.AddNumbers(t.Context(), tenant, alice, "seattle", block, c.dry)
		if err != nil || a.New != c.want || a.Count != 40 || a.First != "+12065550120" || a.Location.Name != "Seattle" {
			t.Errorf("%+v: %+v, %v", c, a, err)
		}
	}
	if v := d.record("+12065550129"); v.State != provision.Held {
		t.Errorf("the held one is %+v", v)
	}
	if v := d.record("+12065550159"); v.State != provision.Free || v.Location != "seattle" {
		t.Errorf("the last one is %+v", v)
	}
	if n := d.events(provision.NumbersAdded); n != 3 {
		t.Errorf("%d links of the trail", n)
	}
	_, tooMany := d.AddNumbers(t.Context(), tenant, alice, "seattle", make([]provision.E164, provision.MostAdded+1), false)
	_, nowhere := d.AddNumbers(t.Context(), tenant, alice, "tacoma", block, false)
	if provision.KindOf(tooMany) != provision.Invalid || provision.KindOf(nowhere) != provision.NotFound {
		t.Errorf("too many: %v, nowhere: %v", tooMany, nowhere)
	}
}

func TestBlock(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	held := d.full(dana, "+12065550111")
	for range 2 {
		if err := d.Block(t.Context(), tenant, alice, "+12065550110"); err != nil || d.record("+12065550110").State != provision.Blocked {
			t.Errorf("%+v, %v", d.record("+12065550110"), err)
		}
	}
	for range 2 {
		if err := d.Unblock(t.Context(), tenant, bruno, "+12065550110"); err != nil || d.record("+12065550110").State != provision.Free {
			t.Errorf("%+v, %v", d.record("+12065550110"), err)
		}
	}
	if b, u := d.events(provision.NumberBlocked), d.events(provision.NumberUnblocked); b != 1 || u != 1 {
		t.Errorf("%d and %d links of the trail", b, u)
	}
	for _, do := range []func() error{
		func() error { return d.Block(t.Context(), tenant, alice, held.Order.Number) },
		func() error { return d.Unblock(t.Context(), tenant, alice, held.Order.Number) },
	} {
		if err := do(); provision.KindOf(err) != provision.Conflict {
			t.Errorf("a held number: %v", err)
		}
	}
	if err := d.Block(t.Context(), tenant, alice, "+12065559999"); provision.KindOf(err) != provision.NotFound {
		t.Errorf("no number of ours: %v", err)
	}
}
