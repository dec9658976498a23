package stage

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"calltab/internal/provision"
	"calltab/internal/sandbox/chat"
	"calltab/internal/sandbox/graph"
)

// scriptCommand is one command of the scripts.
type scriptCommand struct {
	usage string
	least int  // arguments
	acts  bool // it does something, which takes a second
	play  func(ctx context.Context, s *Script, args []string) error
}

var scriptCommands = map[string]scriptCommand{
	"say":           {"WHO [in group|channel] TEXT", 2, true, playSay},
	"paste":         {"WHO FILE", 2, true, playPaste},
	"drop":          {"WHO FILE", 2, true, playDrop},
	"workbook":      {"WHO FILE", 2, true, playWorkbook},
	"edit":          {"WHO TEXT", 2, true, playEdit},
	"click":         {"WHO BUTTON [input=value …]", 2, true, playClick},
	"submit":        {"WHO BUTTON [input=value …]", 2, true, playSubmit},
	"stale":         {"WHO VERSION BUTTON [input=value …]", 3, true, playStale},
	"resend":        {"", 0, true, playResend},
	"search":        {"WHO INPUT QUERY TEXT", 4, false, playSearch},
	"open":          {"WHO", 1, true, playOpen},
	"remove":        {"WHO", 1, true, playRemove},
	"card":          {"WHO TEXT", 2, false, playCard(true)},
	"!card":         {"WHO TEXT", 2, false, playCard(false)},
	"see":           {"WHO TEXT", 2, false, playSee(true)},
	"!see":          {"WHO TEXT", 2, false, playSee(false)},
	"count":         {"WHO TEXT N", 3, false, playCount},
	"toast":         {"WHO TEXT", 2, false, playToast},
	"advance":       {"DURATION", 1, false, playAdvance},
	"restart":       {"", 0, false, playRestart},
	"fault":         {faultUsage, 3, false, playFault},
	"heal":          {"", 0, false, playHeal},
	"refuse":        {"WHO TEXT [late]", 2, false, playRefuse},
	"allow":         {"WHO", 1, false, onOne((*graph.Server).Allow)},
	"withhold":      {"WHO CONDITION", 2, false, onPair((*graph.Server).Withhold)},
	"release":       {"WHO CONDITION", 2, false, onPair((*graph.Server).Release)},
	"unlicense":     {"WHO keeps|loses", 2, false, playLeave((*graph.Server).Unlicense)},
	"license":       {"WHO", 1, false, onOne((*graph.Server).License)},
	"delete":        {"WHO keeps|loses", 2, false, playLeave((*graph.Server).Delete)},
	"restore":       {"WHO", 1, false, onOne((*graph.Server).Restore)},
	"sign-in":       {"fine|REASON", 1, false, playSignIn},
	"skew":          {"DURATION", 1, false, playSkew},
	"deaf":          {"", 0, false, playDeaf(true)},
	"!deaf":         {"", 0, false, playDeaf(false)},
	"lie":           {"WHO LIE [late]", 2, false, playLie},
	"skip":          {"WHO TEXT", 2, false, playSkip},
	"ignore":        {"WHO", 1, false, onOne((*graph.Server).Ignore)},
	"know":          {"NUMBER TYPE", 2, false, onPair((*graph.Server).Know)},
	"stock":         {"NUMBER LOCATION", 2, false, playStock},
	"corrupt":       {"", 0, false, playCorrupt},
	"spoil":         {"WHO", 1, false, onOne((*graph.Server).Spoil)},
	"revoke":        {"PERMISSION", 1, false, onOne((*graph.Server).Revoke)},
	"grant":         {"PERMISSION", 1, false, playGrant},
	"snapshots":     {"MOOD", 1, false, onOne((*graph.Server).Snapshots)},
	"snapshot-jobs": {"LEFT MADE", 2, false, playSnapshotJobs},
	"routes":        {"never|fine|FAILURE", 1, false, playRoutes},
	"reroute":       {"remove|unroute|disconnect|silence|restore NAME", 2, false, onPair((*graph.Server).Reroute)},
	"assign":        {"WHO NUMBER", 2, false, onPair((*graph.Server).Assign)},
	"private":       {"WHO NUMBER CATEGORY", 3, false, playPrivate},
	"target":        {"NUMBER TARGET", 2, false, onPair((*graph.Server).Bind)},
	"policy":        {"WHO NAME", 2, false, playPolicy},
	"fade":          {"DURATION", 1, false, playFade},
	"refer":         {"WHO COMMAND PERSON", 3, true, playRefer},
	"graph":         {"WHO number|policy VALUE", 3, false, playGraph},
	"number":        {"NUMBER STATE [WHO]", 2, false, playNumber},
	"order":         {"WHO STATE", 2, false, playOrder},
	"changes":       {"KIND WHO N", 3, false, playChanges},
	"missing":       {"WHO CONDITION", 2, false, playMissing(true)},
	"!missing":      {"WHO CONDITION", 2, false, playMissing(false)},
	"foreign":       {"WHO TEXT STATUS", 3, true, playForeign},
	"carrier":       {"", 0, false, playCarrier},
	"decline":       {"NUMBER TEXT", 2, false, playDecline},
	"line":          {"NUMBER [WHO PLAN LOCATION]", 1, false, playLine},
	"visit":         {"WHO STATUS", 2, false, playVisit},
	"audit":         {"'EVENT …'", 1, false, playAudit},
	"away":          {"WHO", 1, false, playAway(true)},
	"back":          {"WHO", 1, false, playAway(false)},
	"block":         {"WHO", 1, false, playBlock(true)},
	"unblock":       {"WHO", 1, false, playBlock(false)},
	"allow-file":    {"WHO", 1, true, playConsent(true)},
	"decline-file":  {"WHO", 1, true, playConsent(false)},
	"file":          {"WHO NAME TEXT", 3, false, playFile},
	"drop-back":     {"WHO", 1, true, playDropBack},
	"forge":         {"WHO PERSON VERB [name=value …]", 3, true, playForge},
	"refresh":       {"WHO", 1, true, playRefresh},
	"!refresh":      {"WHO", 1, true, playNoRefresh},
	"rules":         {"FILE", 1, false, playRules},
	"site":          {"LOCATION FIELD VALUE", 3, false, playSite},
	"refused":       {"WHO N", 2, false, playRefused},
	"targeted":      {"", 0, false, playTargeted},
	"untarget":      {"", 0, false, playUntarget},
	"next":          {"WHO [LINE …]", 1, false, playNext},
	"slow":          {"", 0, false, playSlow(true)},
	"!slow":         {"", 0, false, playSlow(false)},
	"typing":        {"WHO N", 2, false, playTyping},
	"links":         {"WHO EVENT N", 3, false, playLinks},
	"prune":         {"", 0, false, playPrune},
	"rehearse":      {"WHO DURATION", 2, true, playRehearse},
	"rehearsal":     {"WHO running|ready|given|not-given", 2, false, playRehearsal},
	"records":       {"TABLE N", 2, false, playRecords},
}

func playSay(ctx context.Context, s *Script, args []string) (err error) {
	where, line := chat.Personal, strings.Join(args[1:], " ")
	if len(args) > 3 && args[1] == "in" {
		where, line = chat.Where(args[2]), strings.Join(args[3:], " ")
	}
	s.last, err = s.cloud.Chat().Say(ctx, args[0], where, line)
	return accepted(s.last, err)
}

// accepted reports an activity that the bot did not take.
func accepted(r chat.Result, err error) error {
	if err == nil && r.Status >= 300 {
		err = fmt.Errorf("the bot answered %d: %s", r.Status, r.Body)
	}
	return err
}

func playEdit(ctx context.Context, s *Script, args []string) error {
	for _, m := range slices.Backward(s.cloud.Chat().Messages(args[0])) {
		if m.From == args[0] {
			return accepted(s.cloud.Chat().Edit(ctx, args[0], m.ID, args[1]))
		}
	}
	return fmt.Errorf("%s has written nothing", args[0])
}

func playClick(ctx context.Context, s *Script, args []string) error { return s.press(ctx, args) }
func playSubmit(ctx context.Context, s *Script, args []string) error {
	return s.press(ctx, args, chat.AsSubmit())
}

func (s *Script) press(ctx context.Context, args []string, options ...chat.Option) error {
	who := args[0]
	where := ""
	args = args[1:]
	if len(args) > 2 && args[0] == "in" && args[1] == string(chat.Channel) {
		where, args = s.cloud.Chat().Channel(), args[2:]
	}
	inputs, err := pairs(args[1:])
	if err != nil {
		return err
	}
	if err := s.lead(ctx, who, where, args[0], inputs, options); err != nil {
		return err
	}
	m, err := s.newestIn(who, where, args[0])
	if err != nil {
		return err
	}
	if !slices.Contains(chat.Actions(m), args[0]) {
		if err := s.cloud.Chat().Unfold(who, m.ID); err != nil {
			return err
		}
	}
	s.last, err = s.cloud.Chat().Press(ctx, who, m.ID, args[0], inputs, options...)
	return accepted(s.last, err)
}

func playStale(ctx context.Context, s *Script, args []string) error {
	m, err := s.newestCard(args[0], "")
	if err != nil {
		return err
	}
	version, err := strconv.Atoi(args[1])
	if err != nil {
		return err
	}
	inputs, err := pairs(args[3:])
	if err != nil {
		return err
	}
	s.last, err = s.cloud.Chat().PressStale(ctx, args[0], m.ID, version, args[2], inputs)
	return accepted(s.last, err)
}

func pairs(args []string) (map[string]string, error) {
	m := make(map[string]string, len(args))
	for _, a := range args {
		name, value, ok := strings.Cut(a, "=")
		if !ok {
			return nil, fmt.Errorf("%q is no input=value", a)
		}
		m[name] = value
	}
	return m, nil
}

func playResend(ctx context.Context, s *Script, _ []string) error {
	return accepted(s.cloud.Chat().Resend(ctx, s.last))
}

func playSearch(ctx context.Context, s *Script, args []string) error {
	m, err := s.newestCard(args[0], "")
	if err != nil {
		return err
	}
	found, err := s.cloud.Chat().Search(ctx, args[0], m.ID, args[1], args[2])
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(found, func(c chat.Choice) bool { return strings.Contains(c.Title, args[3]) }) {
		return fmt.Errorf("offered: %v", found)
	}
	return nil
}

func playOpen(ctx context.Context, s *Script, args []string) error {
	return accepted(s.cloud.Chat().Open(ctx, args[0]))
}

func playRemove(ctx context.Context, s *Script, args []string) error {
	return accepted(s.cloud.Chat().Remove(ctx, args[0]))
}

func playCard(want bool) func(context.Context, *Script, []string) error {
	return func(_ context.Context, s *Script, args []string) error {
		m, err := s.newestCard(args[0], "")
		if err != nil {
			return err
		}
		if text := shown(m); strings.Contains(text, args[1]) != want {
			return fmt.Errorf("the card is:\n%s", text)
		}
		return nil
	}
}

func (s *Script) matches(who, text string) (n int) {
	for _, m := range s.cloud.Chat().Messages(who) {
		if m.From == "bot" && strings.Contains(shown(m), text) {
			n++
		}
	}
	return n
}

func playSee(want bool) func(context.Context, *Script, []string) error {
	return func(_ context.Context, s *Script, args []string) error {
		if (s.matches(args[0], args[1]) > 0) != want {
			return fmt.Errorf("the newest message is:\n%s", shown(s.cloud.Chat().Last(args[0])))
		}
		return nil
	}
}

func playCount(_ context.Context, s *Script, args []string) error {
	if n := s.matches(args[0], args[1]); strconv.Itoa(n) != args[2] {
		return fmt.Errorf("%d messages show it", n)
	}
	return nil
}

func playToast(_ context.Context, s *Script, args []string) error {
	if t := s.cloud.Chat().Toast(args[0]); !strings.Contains(t, args[1]) {
		return fmt.Errorf("the line is %q", t)
	}
	return nil
}

func playAdvance(ctx context.Context, s *Script, args []string) error {
	d, err := time.ParseDuration(args[0])
	if err != nil {
		return err
	}
	return s.advance(ctx, d)
}

// playRestart ends the bot and starts it again on the same store.
func playRestart(ctx context.Context, s *Script, _ []string) error {
	if err := s.Halt(); err != nil {
		return err
	}
	return s.Boot(context.WithoutCancel(ctx))
}

func playRefuse(_ context.Context, s *Script, args []string) error {
	late := len(args) > 2
	if late && args[2] != "late" {
		return errors.New("a refusal comes at once, or late; text of several words goes into quotes")
	}
	return s.cloud.Graph().Refuse(args[0], graph.Refusal{Message: args[1], Late: late})
}

func playGraph(_ context.Context, s *Script, args []string) error {
	got := ""
	switch args[1] {
	case "number":
		got = s.cloud.Graph().NumberOf(args[0])
	case "policy":
		got = s.cloud.Graph().PolicyOf(args[0], provision.VoiceRoutingPolicy)
	default:
		return errors.New("number or policy")
	}
	if want := strings.TrimPrefix(args[2], "none"); got != want {
		return fmt.Errorf("it is %q", got)
	}
	return nil
}

// playNumber compares the store's record of a number with what is expected.
func playNumber(ctx context.Context, s *Script, args []string) error {
	all, err := s.numbers(ctx, "")
	if err != nil {
		return err
	}
	i := slices.IndexFunc(all, func(n provision.Number) bool { return string(n.E164) == args[0] })
	if i < 0 {
		return errors.New("it is not in the inventory")
	}
	if string(all[i].State) != args[1] {
		return fmt.Errorf("it is %s", all[i].State)
	}
	if len(args) > 2 {
		if p, ok := s.cloud.Org().Person(args[2]); !ok || string(all[i].User) != p.ID {
			return fmt.Errorf("it belongs to %q", all[i].User)
		}
	}
	return nil
}

func (s *Script) newestOrder(ctx context.Context, who string) (provision.Order, error) {
	p, ok := s.cloud.Org().Person(who)
	if !ok {
		return provision.Order{}, fmt.Errorf("nobody is called %q", who)
	}
	found, err := s.app.Service.Orders(ctx, s.Tenant(), provision.Actor{ID: provision.UserID(p.ID)},
		provision.Filter{Person: provision.UserID(p.ID), Limit: 1})
	if err == nil && len(found) == 0 {
		err = fmt.Errorf("there is no order for %s", who)
	}
	if err != nil {
		return provision.Order{}, err
	}
	return found[0], nil
}

func playOrder(ctx context.Context, s *Script, args []string) error {
	o, err := s.newestOrder(ctx, args[0])
	if err == nil && string(o.State) != args[1] {
		err = fmt.Errorf("it is %s (problem %q, notice %q)", o.State, o.Problem.ID, o.Notice.ID)
	}
	return err
}
