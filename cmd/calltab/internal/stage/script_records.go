package stage

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"calltab/internal/provision"
)

// playAudit compares the events of the audit trail, without those of the inventory, with a list. It also verifies the
// trail.
func playAudit(ctx context.Context, s *Script, args []string) error {
	all, err := s.app.Service.Audit(ctx, s.Tenant())
	if err != nil {
		return err
	}
	var got []string
	for _, e := range all {
		if !strings.HasPrefix(string(e.Event), "inventory.") && e.Event != provision.OrderChanged {
			got = append(got, string(e.Event))
		}
	}
	if strings.Join(got, " ") != strings.Join(strings.Fields(args[0]), " ") {
		return fmt.Errorf("it is: %s", strings.Join(got, " "))
	}
	return nil
}

// playRefused counts how often the audit trail says that a person was refused.
func playRefused(ctx context.Context, s *Script, args []string) error {
	p, ok := s.cloud.Org().Person(args[0])
	if !ok {
		return errors.New("there is no such person")
	}
	n, err := s.refusals(ctx, p.ID)
	if err == nil && strconv.Itoa(n) != args[1] {
		err = fmt.Errorf("it is %d", n)
	}
	return err
}

// playRecords counts the records of a table.
func playRecords(ctx context.Context, s *Script, args []string) error {
	n := 0
	err := s.app.Store.View(ctx, func(tx provision.Tx) error {
		n = 0
		for range tx.Scan(args[0], "", "") {
			n++
		}
		return nil
	})
	if err == nil && strconv.Itoa(n) != args[1] {
		err = fmt.Errorf("they are %d", n)
	}
	return err
}

// playLinks counts the links of the trail with an event that a person caused.
func playLinks(ctx context.Context, s *Script, args []string) error {
	p, _ := s.cloud.Org().Person(args[0])
	all, err := s.app.Service.Audit(ctx, s.Tenant())
	n := 0
	for _, e := range all {
		if string(e.Actor) == p.ID && string(e.Event) == args[1] {
			n++
		}
	}
	if err == nil && strconv.Itoa(n) != args[2] {
		err = fmt.Errorf("they are %d", n)
	}
	return err
}

// refusals is how often a person was refused: what the links of the trail say, and what is counted for the next ones.
func (s *Script) refusals(ctx context.Context, id string) (int, error) {
	all, err := s.app.Service.Audit(ctx, s.Tenant())
	if err != nil {
		return 0, err
	}
	n := 0
	for _, e := range all {
		if string(e.Actor) == id {
			n += refusalsIn(e)
		}
	}
	counted, err := s.refusalsToCome(ctx, id)
	return n + counted, err
}

// refusalsIn is how many refusals a link of the trail tells of.
func refusalsIn(e provision.AuditEvent) int {
	if e.Event != provision.AccessRefused {
		return 0
	}
	_, more, _ := strings.Cut(e.Note, " (and ")
	more, _, _ = strings.Cut(more, " ")
	count, err := strconv.Atoi(more)
	if err != nil {
		return 1
	}
	return 1 + count
}

// refusalsToCome is how many refusals of a person are counted for links that are to come.
func (s *Script) refusalsToCome(ctx context.Context, id string) (n int, err error) {
	err = s.app.Store.View(ctx, func(tx provision.Tx) error {
		n = 0
		for _, raw := range tx.Scan("refusals", string(s.Tenant())+"/"+id+"/", "") {
			var r struct{ Count int }
			if err := json.Unmarshal(raw[1:], &r); err != nil {
				return err
			}
			n += r.Count - 1
		}
		return nil
	})
	return n, err
}

// playChanges counts what really changed at Microsoft for a person.
func playChanges(_ context.Context, s *Script, args []string) error {
	n := 0
	for _, c := range s.cloud.Graph().Changes() {
		if c.Kind == args[0] && c.Alias == args[1] {
			n++
		}
	}
	if strconv.Itoa(n) != args[2] {
		return fmt.Errorf("there were %d", n)
	}
	return nil
}

// playPolicy gives a person a voice routing policy as another admin would.
func playPolicy(_ context.Context, s *Script, args []string) error {
	return s.cloud.Graph().Direct(args[0], provision.VoiceRoutingPolicy, args[1])
}

// playFade has policies that are taken off from now on show for so long.
func playFade(_ context.Context, s *Script, args []string) error {
	late, err := time.ParseDuration(args[0])
	if err != nil {
		return err
	}
	s.cloud.Graph().Fade(late)
	return nil
}

// playRefer has a person write a command with the reference of the newest order for a person.
func playRefer(ctx context.Context, s *Script, args []string) error {
	o, err := s.newestOrder(ctx, args[2])
	if err != nil {
		return err
	}
	return playSay(ctx, s, []string{args[0], args[1] + " " + string(o.ID)})
}

// playMissing looks for a condition that the newest card of an order shows as not met.
func playMissing(want bool) func(context.Context, *Script, []string) error {
	return func(_ context.Context, s *Script, args []string) error {
		for _, m := range slices.Backward(s.cloud.Chat().Messages(args[0])) {
			text := shown(m)
			if m.Card == nil || !strings.Contains(text, "Phone for") {
				continue
			}
			for line := range strings.Lines(text) {
				if strings.Contains(line, args[1]) && strings.Contains(line, "missing") {
					if want {
						return nil
					}
					return fmt.Errorf("the card is:\n%s", text)
				}
			}
			if want {
				return fmt.Errorf("the card is:\n%s", text)
			}
			return nil
		}
		return errors.New("there is no card of an order")
	}
}

// playDrop drops a file of the script's archive into a person's chat.
func playDrop(ctx context.Context, s *Script, args []string) (err error) {
	data, there := s.files[args[1]]
	if !there {
		return errors.New("the script has no such file")
	}
	s.last, err = s.cloud.Chat().Drop(ctx, args[0], args[1], data)
	return accepted(s.last, err)
}

// numbers lists the records of all numbers in a state; an empty one means all.
func (s *Stage) numbers(ctx context.Context, state provision.NumberState) ([]provision.Number, error) {
	var some []provision.Number
	for n, err := range s.app.Service.EachNumber(ctx, s.Tenant()) {
		if err != nil {
			return nil, err
		}
		if state == "" || n.State == state {
			some = append(some, n)
		}
	}
	return some, nil
}
