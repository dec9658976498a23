package bot

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"unicode"

	"calltab/internal/provision"
)

// converse answers what a person wrote.
func converse(ctx context.Context, x *exchange) error {
	if x.turn.Actor.User == "" {
		x.what, x.result = "", resultRefused
		return x.here(ctx, "no-account")
	}
	words := split(x.turn.Text)
	command, rest := x.b.router.understand(words)
	if questions[strings.ToLower(join(words))] {
		command, rest = x.b.router.commands["help"], nil
	}
	if command == nil { // "@Dana Reyes add": the mention stands first
		bare := words
		for _, m := range x.turn.Mentions {
			bare = without(slices.Clone(bare), split(m.Name))
		}
		command, rest = x.b.router.understand(bare)
	}
	if command == nil {
		command, rest = talk(words, x.turn.Mentions)
	}
	x.what = command.name
	if err := x.mentioned(ctx); err != nil {
		return err
	}
	if !command.self {
		if err := x.b.Service.Admit(ctx, x.turn.Actor.Tenant, x.actor(), command.right); err != nil {
			return x.refused(ctx, err)
		}
	}
	if command.public || x.turn.Conversation.Scope == Personal {
		return command.run(ctx, x, rest)
	}
	return x.aside(ctx, func() error { return command.run(ctx, x, rest) })
}

// refused answers somebody who may not give a command: with their own phone where they have one.
func (x *exchange) refused(ctx context.Context, refusal error) error {
	if m, _ := provision.SayOf(refusal); m.ID != "not-allowed" {
		return refusal
	}
	if shown, err := x.ownPhone(ctx, provision.Access{}); err != nil || !shown {
		return cmp.Or(err, refusal)
	}
	x.result = resultRefused
	return nil
}

// aside runs a command of a group or channel with its results in the personal chat, since they are nobody else's business;
// the group gets one line, or the presser the button's own answer.
func (x *exchange) aside(ctx context.Context, run func() error) error {
	person := x.turn.Actor.User
	home, known, err := x.b.personal(ctx, x.b.Courier, x.turn.Conversation, person)
	switch {
	case unreachable(reason(err)):
		x.cause = err
		return x.here(ctx, "group-open-me")
	case err != nil:
		x.cause = err
		return x.here(ctx, "microsoft-busy")
	}
	x.opened = !known
	x.home = home
	if err := run(); err != nil {
		if unreachable(reason(err)) {
			x.cause, x.dead = err, true
			return x.here(ctx, "group-open-me")
		}
		x.fail(ctx, err)
	}
	if x.turn.Kind == Action {
		return nil
	}
	return x.here(ctx, "group-sent")
}

// actor is the sender as the core wants to know them.
func (x *exchange) actor() provision.Actor {
	return provision.Actor{ID: x.turn.Actor.User, Name: x.turn.Actor.Name}
}

var (
	greetings = setOf("hi", "hello", "hey", "hallo", "hola", "bonjour", "ciao", "moin", "servus", "morning", "yo", "welcome", "👋")
	thanks    = setOf("thanks", "thank", "thx", "ty", "cheers", "danke", "merci", "gracias", "great", "perfect", "super", "👍", "❤")
)

// questions are those that help answers.
var questions = setOf("who are you", "what are you", "what is this", "what can you do", "what can i do", "what do you do", "how does this work",
	"how does it work", "how do i start", "what now")

// talk answers lines without a command: small talk, a person or number alone (which is a question about them), a slip of the
// pen, and everything else.
func talk(words []word, mentions []Mention) (*command, []word) {
	if len(words) == 0 && len(mentions) == 0 {
		return &command{name: "empty", public: true, run: saying("empty")}, nil
	}
	if len(words) > 0 {
		switch first := strings.ToLower(words[0].text); {
		case thanks[first]:
			return &command{name: "thanks", public: true, run: saying("thanks")}, nil
		case greetings[first] || len(words) > 1 && first == "good" && greetings[strings.ToLower(words[1].text)]:
			return &command{name: "hello", public: true, run: hello}, nil
		case first == "never" && len(words) > 1 && strings.EqualFold(words[1].text, "mind"):
			return &command{name: "cancel", run: cancel}, words[2:]
		case (first == "show" || first == "list") && len(words) > 1:
			return &command{name: "find", right: provision.Look, run: find}, words[1:]
		}
	}
	if len(mentions) > 0 || bareSubject(words) {
		return &command{name: "find", right: provision.Look, run: find}, words
	}
	return &command{name: "unknown", public: true, run: unknown}, words
}

// bareSubject reports whether a line is nothing but a user name or a number.
func bareSubject(words []word) bool {
	if len(words) == 1 && isUPN(words[0].text) {
		return true
	}
	for _, w := range words {
		if !numberish(w.text) {
			return false
		}
	}
	return countDigits(join(words)) >= shortestNumber
}

// saying is a command that says one thing.
func saying(id string) func(context.Context, *exchange, []word) error {
	return func(ctx context.Context, x *exchange, _ []word) error { return x.say(ctx, id) }
}

// hello greets with what the person can do.
func hello(ctx context.Context, x *exchange, _ []word) error {
	acc, err := x.b.Service.Access(ctx, x.turn.Actor.Tenant, x.turn.Actor.User)
	if err != nil {
		return err
	}
	if acc.May(provision.Operate, "") {
		return x.say(ctx, "hello")
	}
	return x.say(ctx, "hello-employee")
}

// unknown answers what nobody can make sense of.
func unknown(ctx context.Context, x *exchange, words []word) error {
	x.result = resultUnknown
	acc, err := x.b.Service.Access(ctx, x.turn.Actor.Tenant, x.turn.Actor.User)
	if err != nil {
		return err
	}
	if shown, err := x.ownPhone(ctx, acc); err != nil || shown {
		return err
	}
	if name, line := x.b.router.mean(words); name != "" {
		return x.say(ctx, "did-you-mean", "line", line, "usage", x.words.Say("command."+name+".usage"))
	}
	return x.say(ctx, "not-understood")
}

func countDigits(s string) int {
	n := 0
	for _, r := range s {
		if unicode.IsDigit(r) {
			n++
		}
	}
	return n
}
