package greet

import (
	"strconv"
	"testing"

	"calltab/internal/provision"
)

// TestTake: only the greeted person's press ends the waiting, once, and that of everybody who waits for them.
func TestTake(t *testing.T) {
	t.Parallel()
	ids := 0
	k := &Keeper{NewID: func() string { ids++; return strconv.Itoa(ids) }}
	if k.take("1", "home", "dana") {
		t.Error("a press ends what nobody began")
	}
	token, pressed := k.await("home", "dana")
	other, waitsToo := k.await("home", "dana")
	third, stillWaits := k.await("home", "alice")
	for _, c := range []struct {
		token  string
		tenant provision.TenantID
		user   provision.UserID
	}{{token, "home", "alice"}, {token, "foreign", "dana"}, {"", "home", "dana"}, {"4", "home", "dana"}} {
		if k.take(c.token, c.tenant, c.user) {
			t.Errorf("%+v ends it", c)
		}
	}
	select {
	case <-pressed:
		t.Fatal("it has ended")
	default:
	}
	if !k.take(token, "home", "dana") || k.take(token, "home", "dana") {
		t.Error("the press does not end it once")
	}
	<-pressed
	<-waitsToo
	select {
	case <-stillWaits:
		t.Error("the greeting of another person has ended, too")
	default:
	}
	k.forget(third)
	if k.take(other, "home", "dana") || k.take(third, "home", "alice") {
		t.Error("it can be pressed after nobody waits")
	}
}
