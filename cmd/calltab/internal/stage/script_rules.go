package stage

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"

	"calltab/cmd/calltab/internal/admin"
	"calltab/internal/provision"
	"calltab/internal/sandbox/chat"
)

// playRules applies the organisation's file with other roles and approvals: those of a file of the script, in which
// {alice} stands for her object id.
func playRules(ctx context.Context, s *Script, args []string) error {
	text, ok := s.files[args[0]]
	if !ok {
		return errors.New("the script has no such file")
	}
	s.rules = string(text)
	return s.reorganise(ctx)
}

// playSite applies it with another field at a location; THE-CHANNEL is the id of the team's channel.
func playSite(ctx context.Context, s *Script, args []string) error {
	if s.sites == nil {
		s.sites = map[string]string{}
	}
	value := args[2]
	if value == "THE-CHANNEL" {
		value = s.cloud.Chat().Channel()
	}
	before := regexp.MustCompile(`(?m)^    `+args[1]+`: .*\n`).ReplaceAllString(s.sites[args[0]], "")
	s.sites[args[0]] = before + "    " + args[1] + ": " + value + "\n"
	return s.reorganise(ctx)
}

var placeholder = regexp.MustCompile(`\{[a-z]+\}`)

func (s *Script) reorganise(ctx context.Context) error {
	text := string(s.cloud.OrgYAML())
	if places, _, ok := strings.Cut(text, "roles:\n"); ok && s.rules != "" {
		text = places + s.rules
	}
	for id, fields := range s.sites {
		first := "  - id: " + id + "\n"
		text = strings.Replace(text, first, first+fields, 1)
	}
	var unknown error
	text = placeholder.ReplaceAllStringFunc(text, func(name string) string {
		p, ok := s.cloud.Org().Person(strings.Trim(name, "{}"))
		if !ok {
			unknown = fmt.Errorf("there is no %s", name)
		}
		return p.ID
	})
	if unknown != nil {
		return unknown
	}
	// The file that a restart reads is the same, or it would bring the one before back.
	if err := os.WriteFile(s.Path("org.yaml"), []byte(text), 0o600); err != nil {
		return err
	}
	return admin.Ops{Service: s.app.Service}.Apply(ctx, s.Tenant(), []byte(text), false, io.Discard)
}

// playRefresh has a person look at the newest card that refreshes for them.
func playRefresh(ctx context.Context, s *Script, args []string) (err error) {
	s.last, err = s.cloud.Chat().Refresh(ctx, args[0])
	return accepted(s.last, err)
}

// playNoRefresh holds that no card refreshes for the person.
func playNoRefresh(ctx context.Context, s *Script, args []string) error {
	if _, err := s.cloud.Chat().Refresh(ctx, args[0]); err == nil {
		return errors.New("a card refreshes")
	}
	return nil
}

// playForge is a press with made-up data, as a card would send it about the newest order of a person; after "in
// channel", as if from the newest card there.
func playForge(ctx context.Context, s *Script, args []string) error {
	p, ok := s.cloud.Org().Person(args[1])
	if !ok {
		return errors.New("there is no such person")
	}
	user := provision.UserID(p.ID)
	found, err := s.app.Service.Orders(ctx, s.Tenant(), provision.Actor{ID: user},
		provision.Filter{Person: user, Limit: 1})
	if err != nil || len(found) == 0 {
		return fmt.Errorf("%s has no order: %w", args[1], err)
	}
	who := args[0]
	where := chat.Personal
	card := ""
	args = args[2:]
	if len(args) > 2 && args[0] == "in" && args[1] == string(chat.Channel) {
		m, err := s.newestIn(who, s.cloud.Chat().Channel(), "")
		if err != nil {
			return err
		}
		where = chat.Where(m.Conversation)
		card = m.ID
		args = args[2:]
	}
	data, err := pairs(args[1:])
	if err != nil {
		return err
	}
	id := string(found[0].ID)
	data["verb"] = args[0]
	data["order"] = id
	data["about"] = id
	data["rev"] = "999"
	action := map[string]any{"type": "Action.Execute", "verb": args[0], "data": data}
	s.last, err = s.cloud.Chat().
		Forge(ctx, who, where, "adaptiveCard/action", card, map[string]any{"action": action, "trigger": "manual"})
	return accepted(s.last, err)
}
