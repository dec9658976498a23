package stage

import (
	"context"
	"maps"
	"slices"

	"calltab/internal/sandbox/chat"
)

// ways are the buttons that lead from an order that is filled in to another answer, by the input that takes it.
var ways = map[string]string{"number": "Another number", "plan": "Another plan", "location": "Another location"}

// lead goes the way to a form whose answer a line gives while the newest card is the order filled in: what a script
// chooses is its matter, and not where that is chosen.
func (s *Script) lead(ctx context.Context, who, where, button string, inputs map[string]string,
	options []chat.Option) error {
	if button != "Continue" || len(inputs) != 1 {
		return nil
	}
	way := ways[slices.Collect(maps.Keys(inputs))[0]]
	m, err := s.newestIn(who, where, "Cancel") // which every form has
	if way == "" || err != nil || !slices.Contains(chat.Actions(m), way) {
		return nil
	}
	s.led++
	s.last, err = s.cloud.Chat().Press(ctx, who, m.ID, way, nil, options...)
	return accepted(s.last, err)
}
