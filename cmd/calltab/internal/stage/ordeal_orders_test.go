package stage

import (
	"fmt"
	"slices"

	"calltab/internal/provision"
)

func (l *life) wait() string     { return "advance " + oneOf(l, anyWaits...) }
func (l *life) operator() string { return oneOf(l, "alice", "alice", "alice", "bruno", "bruno", "ivy") }
func (l *life) asker() []string  { return append([]string{"alice", "bruno", "ivy", "carol"}, l.cast...) }

// site is a location of the country that a person works in, mostly.
func (l *life) site(who string) string {
	if who == "henry" || l.dice.IntN(20) == 0 {
		return "london"
	}
	return oneOf(l, "seattle", "boston")
}
func (l *life) number() string { return oneOf(l, anyNumbers[l.site("")]...) }
func (l *life) plan() string   { return oneOf(l, "metered", "unlimited") }

// records are those of the people whom the life is about.
func (l *life) records() map[string]provision.Subscriber {
	all := map[string]provision.Subscriber{}
	for _, alias := range l.cast {
		p, _ := l.cloud.Org().Person(alias)
		_ = l.app.Store.View(l.Context(), func(tx provision.Tx) error {
			sub, _, err := l.app.Service.SubscriberIn(tx, l.Tenant(), provision.UserID(p.ID))
			all[alias] = sub
			return err
		})
	}
	return all
}

// having is mostly a person who has a phone, and lacking one who has none.
func (l *life) having() string  { return l.mostly(true) }
func (l *life) lacking() string { return l.mostly(false) }

func (l *life) mostly(has bool) string {
	phones := l.records()
	some := slices.DeleteFunc(slices.Clone(l.cast), func(who string) bool { return (phones[who].Number != "") != has })
	if len(some) == 0 || l.dice.IntN(6) == 0 {
		some = l.cast
	}
	return oneOf(l, some...)
}

// order is an order as an operator writes it, mostly saved at once.
func (l *life) order(line string) []string {
	who := l.operator()
	lines := []string{"say " + who + " '" + line + "'"}
	if l.dice.IntN(8) == 0 {
		return lines
	}
	lines = append(lines, l.press(who, "Save", 0), l.press(who, "Send for approval", 0, "why=as agreed"))
	if l.dice.IntN(4) > 0 {
		lines = append(lines, l.wait())
	}
	return lines
}

func (l *life) drawAdd() []string {
	who := l.lacking()
	site := l.site(who)
	return l.order(fmt.Sprintf("add %s %s %s %s", who, site, l.plan(), oneOf(l, anyNumbers[site]...)))
}

// drawPlan has the other plan ordered, where there is one.
func (l *life) drawPlan() []string {
	who := l.having()
	plan := map[provision.PlanID]string{"metered": "unlimited", "unlimited": "metered"}[l.records()[who].Plan]
	if plan == "" {
		plan = l.plan()
	}
	return l.order("change plan " + who + " " + plan)
}

// drawNumber has another number of the same location ordered, mostly.
func (l *life) drawNumber() []string {
	who := l.having()
	site := l.site(who)
	if sub := l.records()[who]; sub.Number != "" && l.dice.IntN(6) > 0 {
		site = string(sub.Location)
	}
	return l.order("change number " + who + " " + oneOf(l, anyNumbers[site]...))
}

func (l *life) drawMove() []string {
	who := l.having()
	site := l.site(who)
	if sub := l.records()[who]; sub.Location == provision.LocationID(site) {
		site = oneOf(l, "seattle", "boston")
	}
	return l.order(fmt.Sprintf("move %s %s %s", who, site, oneOf(l, anyNumbers[site]...)))
}

func (l *life) drawAsk() []string {
	who := l.lacking()
	return []string{
		"say " + who + " 'I need a phone in " + l.site(who) + " " + l.plan() + "'",
		l.press(who, "Send for approval", 0, "why=please"), l.press(who, "Save", 0),
	}
}

// drawGive gives a number to a person who is imported and has none.
func (l *life) drawGive() []string {
	phones := l.records()
	some := slices.DeleteFunc(slices.Clone(l.cast), func(who string) bool {
		return phones[who].User == "" || phones[who].Number != ""
	})
	if len(some) == 0 {
		return nil
	}
	who := oneOf(l, some...)
	return []string{
		"say alice 'find " + who + "'", l.press("alice", "Give a phone", 0),
		l.press("alice", "Continue", 0, "plan="+l.plan()),
		l.press("alice", "Continue", 0, "number="+oneOf(l, anyNumbers[string(phones[who].Location)]...)),
		l.press("alice", "Save", 0), l.wait(),
	}
}

// drawBack takes a person's number back and undoes that, which is an order of a kind of its own.
func (l *life) drawBack() []string {
	who := l.having()
	lines := []string{
		"say alice 'release " + who + "'", l.press("alice", "Save", 0), "advance " + oneOf(l, "30m", "30m", "3h"),
	}
	return append(lines, l.order("undo "+who)...)
}

// drawGone takes the number back of a person whose account is gone, which stops, and has an admin decide.
func (l *life) drawGone() []string {
	who, ruling := l.having(), oneOf(l, "Try again", "Leave as it is", "Undo", "Take back")
	return []string{
		"delete " + who + " keeps", "say alice 'release " + who + "'", l.press("alice", "Save", 0), "advance 26h",
		"say alice parked",
		l.press("alice", "Open", 0), l.press("alice", ruling, 0, "why=as agreed"), "restore " + who, l.wait(),
	}
}

// drawHeld has an outage hold an order, which is taken back before the outage is over.
func (l *life) drawHeld() []string {
	who := oneOf(l, l.cast...)
	lines := l.adding(who)
	if l.dice.IntN(2) == 0 {
		lines = l.order(oneOf(l, "release "+who, "change plan "+who+" "+l.plan()))
	}
	lines = append([]string{"fault " + oneOf(l, anyOutages...)}, lines...)
	lines = append(lines, "advance "+oneOf(l, "20s", "10m", "3h"), "say "+l.operator()+" 'cancel "+who+"'", l.wait())
	if l.dice.IntN(2) == 0 {
		lines = append(lines, "heal", "advance 3h")
	}
	return lines
}

// drawFree ends the rest of a number before its time.
func (l *life) drawFree() []string {
	resting, err := l.numbers(l.Context(), provision.Cooling)
	if err != nil || len(resting) == 0 {
		return nil
	}
	return []string{"say alice 'find " + string(oneOf(l, resting...).E164) + "'", l.press("alice", "Free it now", 0)}
}

// drawRefused has Microsoft refuse every number for a person, at least for a while.
func (l *life) drawRefused() []string {
	who := l.lacking()
	lines := append([]string{"refuse " + who + " Update"}, l.adding(who)...)
	if l.dice.IntN(2) == 0 {
		lines = append(lines, "allow "+who)
	}
	return lines
}

// drawIgnored has Microsoft accept a number for a person, and do nothing; and an admin decide about what stops.
func (l *life) drawIgnored() []string {
	who := l.lacking()
	lines := append([]string{"ignore " + who}, l.adding(who)...)
	ruling := oneOf(l, "Try again", "Undo", "Undo", "Leave as it is")
	return append(lines, "advance 26h", "say alice parked", l.press("alice", "Open", 0),
		l.press("alice", ruling, 0, "why=as agreed"), "allow "+who, l.wait())
}

// adding is an admin's order of a phone, saved at once and approved by the first who is asked.
func (l *life) adding(who string) []string {
	site := l.site(who)
	return []string{
		fmt.Sprintf("say alice 'add %s %s %s %s'", who, site, l.plan(), oneOf(l, anyNumbers[site]...)),
		l.press("alice", "Save", 0), l.press("alice", "Send for approval", 0, "why=as agreed"), "any Approve", "advance 30m",
	}
}

func (l *life) drawTeam() []string {
	who := oneOf(l, "dana", "erin")
	return []string{
		"say carol 'add " + who + " " + l.site(who) + " " + l.plan() + "'",
		l.press("carol", "Send for approval", 0, "why=please"),
	}
}

func (l *life) drawImport() []string {
	return []string{"say alice sync", "advance 3m", "say alice 'sync seattle'", "import alice"}
}

// lose has a person lose a licence or an account, for a while or for longer.
func (l *life) lose(how, back string) []string {
	who := oneOf(l, l.cast...)
	lines := []string{how + who + oneOf(l, " keeps", " loses"), l.wait()}
	if l.dice.IntN(2) == 0 {
		lines = append(lines, back+who)
	}
	return lines
}

func (l *life) drawMet() []string {
	who := oneOf(l, l.cast...)
	return []string{
		"release " + who + " routing-policy", "release " + who + " enterprise-voice", "release " + who + " licence",
	}
}
