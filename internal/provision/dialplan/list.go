package dialplan

import (
	"slices"
	"strconv"
	"strings"

	"calltab/internal/provision"
)

// Expand lists what a text names: a number, a block, a number with its extensions, or several of these between commas.
// Extensions that call for help or reach a service are refused.
func (d *DialPlan) Expand(text, country string, most int) ([]provision.E164, error) {
	var all []provision.E164
	for _, item := range items(text) {
		some, err := d.expand(item, country, most-len(all))
		if err != nil {
			return nil, err
		}
		for _, n := range some {
			if !slices.Contains(all, n) {
				all = append(all, n)
			}
		}
	}
	return all, nil
}

// items parts a list at its commas, semicolons and line ends. An extension stays with its number, and so does what an
// address has behind its host.
func items(text string) []string {
	if s := bare(text); wholeAmount(s) != s || shortened(text) {
		return []string{text} // an amount with a comma
	}
	var all []string
	for _, item := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(",;，、；\n", r) }) {
		before, ext := cutExtension(strings.ToLower(item))
		switch {
		case strings.TrimSpace(item) == "":
		case len(all) > 0 && (ext != nil && !strings.ContainsFunc(before, isDigit) || item == "user=phone"):
			all[len(all)-1] += ";" + item
		default:
			all = append(all, item)
		}
	}
	if len(all) == 0 {
		return []string{text}
	}
	return all
}

func (d *DialPlan) expand(text, country string, most int) ([]provision.E164, error) {
	if HasExtension(text) {
		return d.extensions(text, country, most)
	}
	first, count, err := d.Block(text, country)
	if err != nil {
		return nil, err
	}
	if count > most {
		return nil, &provision.Error{Op: "read numbers", Kind: provision.Invalid,
			Say: provision.Say("block-too-big", "count", strconv.Itoa(count), "most", strconv.Itoa(most))}
	}
	all := make([]provision.E164, count)
	for i := range all {
		all[i] = provision.E164(follower(string(first), i))
	}
	return all, nil
}
