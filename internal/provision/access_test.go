package provision_test

import (
	"errors"
	"testing"
	"time"

	"calltab/internal/provision"
)

func TestAccess(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	const say = "not-allowed"
	allowed := func(u provision.UserID, want string) {
		t.Helper()
		err := d.Allowed(t.Context(), tenant, u)
		got, _ := provision.SayOf(err)
		if got.ID != want || (err == nil) != (want == "") || err != nil && provision.KindOf(err) != provision.Denied {
			t.Errorf("%s: %v, want %q", u, err, want)
		}
	}
	asked := func(want int) {
		t.Helper()
		if d.ms.asked != want {
			t.Errorf("Graph was asked %d times, want %d", d.ms.asked, want)
		}
	}
	allowed("", say)
	allowed(alice.ID, "")
	asked(0) // neither needs Graph

	d.ms.groups[bruno.ID] = []string{"group"}
	allowed(bruno.ID, "")
	allowed(dana, say)
	asked(2)
	delete(d.ms.groups, bruno.ID)
	d.ms.groups[dana] = []string{"group"}
	d.advance(5*time.Minute - time.Second)
	allowed(bruno.ID, "")
	allowed(dana, say)
	asked(2) // believed for five minutes
	d.advance(time.Second)
	allowed(bruno.ID, say)
	allowed(dana, "")
	asked(4)

	// Another tenant's person of the same id is another person.
	if err := d.Allowed(t.Context(), "another tenant", dana); err != nil || d.ms.asked != 5 {
		t.Errorf("%v after %d", err, d.ms.asked)
	}

	// Where Graph cannot tell, nobody gets in, and that is not remembered.
	d.advance(6 * time.Minute)
	d.ms.err = errors.New("down")
	allowed(dana, "cannot-check-you")
	allowed(alice.ID, "")
	d.ms.err = nil
	allowed(dana, "")
}
