package stage

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"calltab/internal/provision"
	"calltab/internal/provision/storetest"
	"calltab/internal/sandbox/chat"
)

// errNothing is of a line that comes to nothing: there is no such button, or nobody to restore.
var errNothing = errors.New("it comes to nothing")

// line plays a line and waits until nothing is left to do. Where the program dies meanwhile, it is started again.
func (l *life) line(words []string) error {
	if len(words) == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(l.Context(), 5*time.Minute)
	defer cancel()
	defer context.AfterFunc(l.death, cancel)()
	err := l.do(ctx, words)
	if l.died() {
		return l.revive()
	}
	if err == nil && l.act != "" {
		l.all.add(countAct, l.act)
		l.act = ""
	}
	if err != nil && !errors.Is(err, errNothing) {
		return err
	}
	err = l.quiet(l.Context())
	if err != nil && l.died() {
		return l.revive()
	}
	return err
}

// died reports whether the program is dead. Its store knows a moment before the rest of it does.
func (l *life) died() bool {
	if l.death == context.Background() {
		return false
	}
	err := l.app.Runner.Store().View(l.Context(), func(provision.Tx) error { return nil })
	if errors.Is(err, storetest.ErrCrashed) {
		<-l.death.Done()
	}
	return l.death.Err() != nil
}

// do plays a line: those of lives, and those of all scripts.
func (l *life) do(ctx context.Context, words []string) error {
	args := words[1:]
	switch words[0] {
	case "act":
		l.act = args[0]
		return errNothing
	case "cast":
		l.cast = args
		return nil
	case "any":
		return l.pressAny(ctx, args[0])
	case "press", "say", "again", "both", "import":
		return l.turns(ctx, words)
	case "crash":
		return l.arm(args[0], args[1])
	case "organise":
		n, err := strconv.Atoi(args[0])
		if err != nil {
			return err
		}
		return l.organise(ctx, n)
	case "take":
		return l.take(args[0])
	case "mend":
		return l.mend(ctx)
	case "finish":
		return l.finish(ctx)
	case "compare":
		return l.compare(ctx)
	}
	if err := l.beside(words); err != nil {
		return err
	}
	err := l.Script.do(ctx, words)
	if err != nil && !l.died() && slices.Contains([]string{"assign", "restore", "license", "open", "unblock"}, words[0]) {
		return fmt.Errorf("%w: %w", errNothing, err)
	}
	return err
}

// beside notes what is about to change at Microsoft beside Calltab.
func (l *life) beside(words []string) error {
	switch words[0] {
	case "fault", "revoke", "refuse", "block":
		l.calm = false
	case "unlicense", "delete":
		l.touch(words[1])
	case "withhold":
		if words[2] == "licence" {
			l.touch(words[1])
		}
	case "assign":
		l.touch(words[1])
		at, _ := l.cloud.Graph().Number(words[2])
		l.touch(at.Alias)
	}
	return nil
}

func (l *life) touch(alias string) {
	if p, ok := l.cloud.Org().Person(alias); ok {
		l.touched[provision.UserID(p.ID)] = true
	}
}

// take takes a number away at Microsoft, from the account that has it.
func (l *life) take(number string) error {
	at, _ := l.cloud.Graph().Number(number)
	l.touch(at.Alias)
	if err := l.cloud.Graph().Unassign(number); err != nil {
		return fmt.Errorf("%w: %w", errNothing, err)
	}
	return nil
}

// organise applies one of the organisation files.
func (l *life) organise(ctx context.Context, n int) error {
	o := anyRules[n]
	l.rules, l.sites = o.rules, map[string]string{}
	for site, approvers := range map[string]string{"seattle": o.seattle, "boston": o.boston} {
		if approvers != "" {
			l.sites[site] = "    approvers: " + approvers + "\n"
		}
	}
	return l.reorganise(ctx)
}

// turns plays one turn, or two at once, and waits for what they begin.
func (l *life) turns(ctx context.Context, words []string) error {
	l.cloud.Clock().Advance(time.Second)
	l.jobs.Kick()
	lines := [][]string{words}
	if words[0] == "both" {
		cut := slices.Index(words, "|")
		lines = [][]string{words[1:cut], words[cut+1:]}
	}
	results, errs := make([]chat.Result, len(lines)), make([]error, len(lines))
	var wait sync.WaitGroup
	for i, words := range lines {
		wait.Go(func() { results[i], errs[i] = l.turn(ctx, words) })
	}
	wait.Wait()
	played := 0
	for i, r := range results {
		switch {
		case len(r.Sent) == 0:
			continue
		case r.Status != http.StatusOK && l.died():
			l.unanswered = r
			return errNothing
		case errs[i] != nil:
			return errs[i]
		case r.Status >= 300:
			return fmt.Errorf("the bot answered %d: %s", r.Status, r.Body)
		}
		if lines[i][0] == "press" {
			l.all.add(countPress, lines[i][3])
		}
		played, l.kept = played+1, r
	}
	if played == 0 {
		return fmt.Errorf("%w: %w", errNothing, errors.Join(errs...))
	}
	return l.settle(ctx)
}

// turn has a person write or press. Without anything sent there was no such button.
func (l *life) turn(ctx context.Context, words []string) (chat.Result, error) {
	c := l.cloud.Chat()
	switch words[0] {
	case "say":
		return c.Say(ctx, words[1], chat.Personal, strings.Join(words[2:], " "))
	case "again":
		if len(l.kept.Sent) == 0 {
			return chat.Result{}, errNothing
		}
		return c.Resend(ctx, l.kept)
	case "import":
		return l.importOne(ctx, words[1])
	}
	who, title := words[1], words[3]
	k, err := strconv.Atoi(words[2])
	if err != nil {
		return chat.Result{}, err
	}
	all := l.cards.with(who, title)
	if k >= len(all) {
		return chat.Result{}, errNothing
	}
	inputs, err := pairs(words[4:])
	if err != nil {
		return chat.Result{}, err
	}
	card := all[k]
	if k > 0 && card.version > 0 {
		return c.PressStale(ctx, who, card.message.ID, card.version, title, inputs)
	}
	if !slices.Contains(chat.Actions(card.message), title) {
		if err := c.Unfold(who, card.message.ID); err != nil {
			return chat.Result{}, err
		}
	}
	r, err := c.Press(ctx, who, card.message.ID, title, inputs)
	if len(r.Sent) == 0 && card.version > 0 {
		return c.PressStale(ctx, who, card.message.ID, card.version, title, inputs)
	}
	return r, err
}

// pressAny has the first who is shown a button now press it.
func (l *life) pressAny(ctx context.Context, title string) error {
	for _, who := range l.cards.people() {
		all := l.cards.with(who, title)
		k := slices.IndexFunc(all, func(c shownCard) bool { return !c.old })
		if k < 0 {
			continue
		}
		words := []string{"press", who, strconv.Itoa(k), title}
		if hasInput(all[k], "why") {
			words = append(words, "why=as agreed")
		}
		return l.turns(ctx, words)
	}
	return errNothing
}

// importOne imports one of those whom the life is about, of the candidates shown.
func (l *life) importOne(ctx context.Context, who string) (chat.Result, error) {
	all := l.cards.with(who, "Import")
	if len(all) == 0 {
		return chat.Result{}, errNothing
	}
	for _, in := range chat.Inputs(all[0].message) {
		for _, choice := range in.Choices {
			for _, alias := range l.cast {
				if p, _ := l.cloud.Org().Person(alias); in.ID == "people" && choice.Value == p.ID {
					inputs := map[string]string{"people": choice.Value, "location": "seattle"}
					return l.cloud.Chat().Press(ctx, who, all[0].message.ID, "Import", inputs)
				}
			}
		}
	}
	return chat.Result{}, errNothing
}

// arm starts the program again as one that dies at a commit.
func (l *life) arm(when, commits string) error {
	after, err := strconv.Atoi(commits)
	if err != nil || l.death != context.Background() {
		return errNothing // one death is enough
	}
	crash := storetest.CrashAfter
	if when == "before" {
		crash = storetest.CrashBefore
	}
	if err := l.Halt(); err != nil {
		return err
	}
	m := &mortal{stage: l.Stage}
	death, end := context.WithCancel(context.Background())
	l.death = death
	die := func() {
		m.die()
		end()
	}
	l.seams.Store = func(s provision.Store) provision.Store { return crash(l.watch.over(s), after, die) }
	l.seams.HTTP = func(c *http.Client) { c.Transport = m.wrap(c.Transport) }
	err = l.Boot(context.WithoutCancel(l.Context()))
	if err != nil && death.Err() != nil { // as early as that
		return l.immortal()
	}
	return err
}

// revive starts the program again on what the dead one has committed. Teams sends what was not answered again, mostly.
func (l *life) revive() error {
	_ = l.Halt() // a dead program says what it likes
	if err := l.immortal(); err != nil {
		return err
	}
	if r := l.unanswered; len(r.Sent) > 0 {
		l.unanswered = chat.Result{}
		if _, err := l.cloud.Chat().Resend(l.Context(), r); err != nil {
			return err
		}
	}
	return l.quiet(l.Context())
}

// immortal starts the program as one that does not die.
func (l *life) immortal() error {
	l.death, l.seams.Store, l.seams.HTTP = context.Background(), l.watch.over, nil
	return l.Boot(context.WithoutCancel(l.Context()))
}
