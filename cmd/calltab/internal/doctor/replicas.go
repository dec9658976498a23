package doctor

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"calltab/internal/provision/programs"
)

// replicas looks which programs serve from the database, and whether they are the same but for the machine, as these
// settings would make one more of them.
func (p *patient) replicas(ctx context.Context) Finding {
	all, own, err := p.cfg.Programs(ctx)
	switch {
	case err != nil:
		return Finding{Verdict: Unchecked, Found: "Who runs could not be read: " + oneLine(err) + "."}
	case len(all) == 0:
		return Finding{Verdict: Warning, Found: "None runs.", Matters: unserved, Mend: "Start them once nothing is wrong: " +
			"calltab serve, with these settings. If one should be running, its log says why it ended."}
	}
	f := Finding{Verdict: Fine, Found: count(all) + ": " + strings.Join(places(all), ", ") + "."}
	if versions := versions(all); len(versions) > 1 {
		f.Verdict = Warning
		f.Found += " They are of different versions: " + strings.Join(versions, ", ") + "."
		f.Matters = "What only one of them knows waits for that one, as during an upgrade."
		f.Mend = "Replace those of the older version."
	}
	differ := programs.Differ(all)
	if len(differ) > 0 {
		f.Verdict = Wrong
		f.Found += " They differ in " + strings.Join(differ, ", ") + "."
		f.Matters = "What people may and see depends on who answers them. " + f.Matters
		f.Mend = "Give all of them the same settings, and start those again that had others. " + f.Mend
		return trimmed(f)
	}
	here := programs.Program{Settings: own}
	if differ = programs.Differ([]programs.Program{all[0], here}); len(differ) > 0 {
		f.Verdict = Warning
		f.Found += " The settings here differ from theirs in " + strings.Join(differ, ", ") + "."
		f.Mend = "Ask the doctor with the settings of the replicas; what it finds here is not about them. " + f.Mend
	}
	return trimmed(f)
}

// trimmed is a finding whose sentences end without a space.
func trimmed(f Finding) Finding {
	f.Matters = strings.TrimSpace(f.Matters)
	f.Mend = strings.TrimSpace(f.Mend)
	return f
}

func count(all []programs.Program) string {
	if len(all) == 1 {
		return "One runs"
	}
	return fmt.Sprintf("%d run", len(all))
}

func places(all []programs.Program) (where []string) {
	for _, p := range all {
		where = append(where, p.Where)
	}
	return where
}

// versions are the versions, each once and with how many have it where there are several.
func versions(all []programs.Program) (said []string) {
	n := map[string]int{}
	for _, p := range all {
		n[p.Version]++
	}
	for version, of := range n {
		said = append(said, fmt.Sprintf("%s (%d)", version, of))
	}
	slices.Sort(said)
	return said
}
