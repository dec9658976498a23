package doctor

import (
	"context"
	"errors"
	"fmt"
	"time"

	"calltab/cmd/calltab/internal/admin"
	"calltab/cmd/calltab/internal/storefile"
	"calltab/internal/provision"
	"calltab/internal/provision/rehearsal"
)

// greetTime is how long the doctor waits for a press.
const greetTime = 10 * time.Minute

// fromTeams is the check whether Teams reaches the bot.
const fromTeams = "from Teams"

const mendFromTeams = "Compare the messaging endpoint of the bot's registration with the address of this machine or its " +
	"TLS proxy, see that the registration's Teams channel is on, and that https://HOST/readyz answers from elsewhere."

// unheard is the finding where nobody is greeted. An earlier press is told with its time and proves nothing about now:
// host name, proxy, registration and store may be others since.
func (p *patient) unheard(e rehearsal.Earlier) Finding {
	f := Finding{Check: fromTeams, Verdict: Unchecked, Found: "Whether Teams reaches this bot cannot be seen from here."}
	pressed, tried := e.Greeted.UTC().Format(readAt), e.Tried.UTC().Format(readAt)
	switch {
	case e.Greeted.IsZero() && e.Tried.IsZero():
		// nobody was ever greeted
	case e.Greeted.IsZero():
		f.Found += " The newest greeting, at " + tried + ", has brought no press."
	case e.Greeted.Before(e.Tried):
		f.Found += " The newest greeting, at " + tried + ", has brought no press. One was pressed at " + pressed + "."
	default:
		f.Found += " A greeting was pressed at " + pressed + ": Calltab and Teams reached each other then."
	}
	try := "Try it with a person: calltab doctor --greet PERSON. Or write “help” to Calltab in Teams."
	if storefile.IsDatabase(p.cfg.Store) {
		try = "Write “help” to Calltab in Teams."
	}
	f.Mend = try + " Without an answer: " + mendFromTeams
	return f
}

// greet has the running program send a card to a person, and waits for their press: that takes every part between
// Calltab and a person, both ways.
func (p *patient) greet(ctx context.Context, m Machine) Finding {
	f := p.greeted(ctx, m)
	f.Check = fromTeams
	return f
}

func (p *patient) greeted(ctx context.Context, m Machine) Finding {
	if storefile.IsDatabase(p.cfg.Store) {
		return Finding{Verdict: Wrong, Found: "The running Calltab is asked for a greeting by the socket beside its " +
			"store, and a store in PostgreSQL has none.", Matters: "Nobody was greeted.",
			Mend: "Write “help” to Calltab in Teams: an answer shows the same."}
	}
	who, err := p.out.Microsoft.Person(ctx, p.home(), m.Greet)
	switch {
	case provision.KindOf(err) == provision.NotFound && err != nil:
		return Finding{Verdict: Wrong, Found: fmt.Sprintf("Microsoft 365 has nobody of the name %s.", m.Greet),
			Matters: "Nobody was greeted.", Mend: "Name a person by their user name or object id."}
	case err != nil:
		return p.asked(err, "User.Read.All", "", "Nobody was greeted.")
	}
	name := who.Name()
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	wasSent := false
	err = admin.Greet(ctx, p.cfg.Store, p.home(), provision.UserID(who.ID), func() {
		wasSent = true
		m.Tell(fmt.Sprintf("%s has a card from Calltab in Teams now. Waiting for a press on its button; Ctrl-C ends that.",
			name))
		patience := m.Patience
		if patience == 0 {
			patience = greetTime
		}
		time.AfterFunc(patience, func() { cancel(errNoPress) })
	})
	switch {
	case err == nil:
		return Finding{Verdict: Fine,
			Found: name + " got a card and has pressed its button: Calltab and Teams reach each other."}
	case errors.Is(err, admin.ErrNobodyRuns):
		return Finding{Verdict: Wrong, Found: "No running Calltab has the store open.", Matters: "Nobody was greeted.",
			Mend: "Start calltab serve with these settings, and ask again."}
	case errors.Is(context.Cause(ctx), errNoPress):
		return Finding{Verdict: Wrong, Found: name + " got a card, and no press has come back.",
			Matters: "Calltab reaches people, and nobody reaches Calltab. Or the button has not been pressed.",
			Mend:    mendFromTeams}
	case ctx.Err() != nil:
		return Finding{Verdict: Wrong, Found: "The waiting was interrupted, and no press has come back from " + name + ".",
			Matters: "Whether Teams reaches this bot is not known.", Mend: "Ask again."}
	case wasSent:
		return Finding{Verdict: Wrong, Found: name + " got a card, and then Calltab ended.",
			Matters: "Whether Teams reaches this bot is not known.", Mend: "See its log, and ask again."}
	}
	mend := "Have them add Calltab in Teams under Apps, or unblock it where they have blocked it, and write “help” to it"
	if p.cfg.CatalogApp == "" {
		mend += "; or set CALLTAB_CATALOG_APP_ID, with which Calltab comes to new users by itself"
	}
	return Finding{Verdict: Wrong, Found: fmt.Sprintf("%s could not be sent a card: %v.", name, err),
		Matters: "Calltab does not reach them.",
		Mend:    mend + "."}
}

var errNoPress = errors.New("no press has come")
