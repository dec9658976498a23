package joint

import (
	"context"
	"slices"
	"strings"

	"calltab/internal/bot/parse"
	"calltab/internal/bot/parse/asked"
	"calltab/internal/bot/parse/lexicon"
	"calltab/internal/bot/talk"
	"calltab/internal/provision"
)

// listing are the commands of lists, those of them that can be of a location, those that need the right to look, and
// their names that are of one thing.
var (
	listing = lexicon.SetOf("orders", "approvals", "parked", "numbers", "phones", "locations", "plans")
	placed  = lexicon.SetOf("orders", "numbers", "phones")
	looked  = lexicon.SetOf("parked", "numbers", "phones", "locations")
	single  = lexicon.SetOf("number", "plan", "location", "site")
)

// mostLists is how many lists of a line are shown.
const mostLists = 3

// Lists are the lists that a line asks for, each as the line of its command: "show open orders and free numbers in
// Boston". It has none where the line asks for one, for more than are shown, or says anything else. A location that only
// the last one names is that of all.
func Lists(line []parse.Word, places []provision.Location) (lines []string) {
	if ownThings(line) {
		return []string{parse.CommandLine("own")}
	}
	line = withoutHaving(line)
	var parts [][]parse.Word
	from := 0
	for at := 1; at <= len(line); at++ {
		if at == len(line) || begins(line, at) {
			parts = append(parts, joined(line[from:at]))
			from = at
		}
	}
	if len(parts) < 2 || len(parts) > mostLists {
		return nil
	}
	at := make([]string, len(parts))
	ofOrders := 0 // which orders are meant is read from the whole line, and so for one list alone
	for i, part := range parts {
		text, place := list(part, places)
		if text == "" {
			return nil
		}
		if strings.HasPrefix(text, "orders") || text == "approvals" {
			ofOrders++
		}
		if ofOrders > 1 {
			return nil
		}
		lines = append(lines, text)
		at[i] = place
	}
	last := at[len(at)-1]
	alone := !slices.ContainsFunc(at[:len(at)-1], func(place string) bool { return place != "" })
	for i := range lines {
		command, _, _ := strings.Cut(lines[i], " ")
		if alone && at[i] == "" && placed[command] {
			at[i] = last
		}
		lines[i] = strings.TrimSpace(lines[i] + " " + at[i])
	}
	if lines = slices.Compact(lines); len(lines) < 2 { // "plans and prices"
		return nil
	}
	return lines
}

// withoutHaving is a line without the words of a question what there is: "which plans and locations do we have".
func withoutHaving(line []parse.Word) []parse.Word {
	end := len(line) - 3
	if end < 1 || !said.Asks[lexicon.Folded(line[0].Text)] || strings.ToLower(parse.Join(line[end:])) != "do we have" {
		return line
	}
	return line[1:end]
}

// ShowLists shows the lists that a line asks for, one after the other, each as run answers its line: "show orders and
// numbers". Those that only people with a role see are left out for others. It reports whether the line asks for several.
func ShowLists(
	ctx context.Context, x *talk.Exchange, by Sender, run func(ctx context.Context, line string) error,
) (bool, error) {
	line := parse.Split(x.Turn.Text)
	if !AskForLists(line) {
		return false, nil
	}
	of := x.Resolver()
	places, err := of.Service.Places(ctx, of.Tenant)
	if err != nil {
		return false, err
	}
	acc, err := by.Access(ctx)
	all := slices.DeleteFunc(Lists(line, places), func(list string) bool {
		command, _, _ := strings.Cut(list, " ")
		return looked[command] && acc.Unsure == nil && !acc.May(provision.Look, "")
	})
	if err != nil || len(all) == 0 {
		return false, err
	}
	return true, x.Privately(ctx, false, func() error {
		for _, list := range all {
			if err := run(ctx, list); err != nil {
				return err
			}
		}
		return nil
	})
}

// AskForLists reports a line with the names of several lists, or of several things that its sender has.
func AskForLists(line []parse.Word) bool {
	n := 0
	for _, w := range line {
		if isList(w) {
			n++
		}
	}
	return n > 1 || ownThings(line)
}

// ownThings reports a line that asks what its sender has, and names several things: "my plan and number".
func ownThings(line []parse.Word) bool {
	own := false
	things := 0
	for _, w := range line {
		switch {
		case said.OrdersOwn.Has(w):
			own = true
		case said.Classes["line"].Has(w), single.Has(w):
			things++
		case !joins(w) && !said.Politeness.Has(w) && !said.Asks[lexicon.Folded(w.Text)]:
			return false
		}
	}
	return own && things > 1
}

// isList reports the command of a list. "free" is one, too, and says which numbers. One thing is none: "plan and
// number".
func isList(w parse.Word) bool {
	one := single.Has(w) || saysState(w)
	return listing[parse.Names([]parse.Word{w})] && !one
}

func saysState(w parse.Word) bool {
	state, _ := parse.TakeState([]parse.Word{w})
	return state != "" && !w.Quoted
}

// list is a part of a line that asks for a list, as the line of its command, and the location that it names. Both are
// empty where it says anything else.
func list(part []parse.Word, places []provision.Location) (line, place string) {
	at := slices.IndexFunc(part, isList)
	if at < 0 {
		return "", ""
	}
	words := []string{parse.Names(part[at : at+1])}
	var others []parse.Word
	for i, w := range part {
		shown := i > 0 && said.Show.Has(part[i-1]) && said.Self.Has(w) // "show me"
		if i == at || shown {
			continue
		}
		tells := len(asked.WithoutOrders([]parse.Word{w})) == 0 && !said.Referring.Has(w) || said.OrdersOwn.Has(w)
		if words[0] == "orders" && tells || words[0] == "numbers" && saysState(w) {
			words = append(words, w.Text)
			continue
		}
		if said.OrdersOwn.Has(w) { // "my numbers" asks what the sender has
			return "", ""
		}
		others = append(others, w)
	}
	others = parse.WithoutReferring(parse.WithoutCourtesy(lexicon.Without(others, said.Politeness)))
	w := parse.ReadPlace(others, places)
	if w.Number != "" || len(parse.WithoutSmall(parse.Split(w.Person))) > 0 {
		return "", ""
	}
	return strings.Join(words, " "), string(w.Location)
}
