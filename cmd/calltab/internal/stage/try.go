package stage

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"calltab/internal/sandbox/fault"
	"calltab/internal/sandbox/graph"
	"calltab/internal/sandbox/login"
)

// tryLine does one line of a script, for people who try things out.
func (s *Stage) tryLine(ctx context.Context, out io.Writer, words []string) error {
	if len(words) == 0 || strings.EqualFold(words[0], "help") {
		_, err := fmt.Fprint(out, s.canHappen())
		return err
	}
	words, err := s.fitting(words)
	if err != nil {
		return err
	}
	if err := (&Script{Stage: s, out: out}).do(ctx, words); err != nil {
		return withoutService(err)
	}
	done := "  Done."
	if back := putRight(words); back != "" {
		done += " /do " + back + " puts it right."
	}
	_, err = fmt.Fprintln(out, done)
	return err
}

// withoutService is an error of Microsoft's side without the name of the part that says it.
func withoutService(err error) error {
	for _, part := range []string{"graph", "login", "chat"} {
		if text, is := strings.CutPrefix(err.Error(), part+": "); is {
			return errors.New(text)
		}
	}
	return err
}

// happenings are the names of the lines that can be done here.
func (s *Stage) happenings() []string {
	if s.apart() {
		return atMicrosoft
	}
	return slices.Sorted(maps.Keys(scriptCommands))
}

// canHappen lists what can happen at Microsoft, and what puts it right.
func (s *Stage) canHappen() string {
	var b strings.Builder
	b.WriteString("What can happen at Microsoft; text of several words goes into quotes:\n")
	for _, name := range atMicrosoft {
		usage, _, more := strings.Cut(scriptCommands[name].usage, " [nth")
		line := strings.TrimSpace(name + " " + usage)
		if more {
			line += " …"
		}
		if back := rights[name]; back.line != "" {
			with := append([]string{back.line}, strings.Fields(scriptCommands[name].usage)[:back.args]...)
			line = fmt.Sprintf("%-34s /do %s puts it right", line, strings.Join(with, " "))
		}
		fmt.Fprintf(&b, "  /do %s\n", line)
	}
	fmt.Fprintf(&b, "REASON is %s.\n", strings.Join(login.Reasons(), ", "))
	fmt.Fprintf(&b, "CONDITION is %s.\n", strings.Join(conditionNames(), ", "))
	for _, field := range []string{"SERVICE", "METHOD"} {
		fmt.Fprintf(&b, "%s is %s; '' is any.\n", field, strings.Join(s.values(field), ", "))
	}
	return b.String()
}

// right is the line that puts right what another one has done, with so many of its arguments.
type right struct {
	line string
	args int
}

var rights = map[string]right{
	"away": {"back", 1}, "block": {"unblock", 1}, "deaf": {"!deaf", 0}, "delete": {"restore", 1}, "fault": {"heal", 0},
	"ignore": {"allow", 1}, "lie": {"allow", 1}, "refuse": {"allow", 1}, "revoke": {"grant", 1},
	"sign-in": {"sign-in fine", 0}, "skew": {"skew 0s", 0}, "skip": {"allow", 1}, "unlicense": {"license", 1},
	"withhold": {"release", 2},
}

// putRight is the line that puts right what a line has done; empty where there is none, or nothing is wrong any more.
func putRight(words []string) string {
	back, ok := rights[words[0]]
	line := strings.Join(words, " ")
	if !ok || line == back.line {
		return ""
	}
	return strings.Join(append([]string{back.line}, words[1:1+back.args]...), " ")
}

// fitting are the words of a line as its command takes them: names that are written with other capitals are put right.
// Its error says what is wrong with them, and what is possible.
func (s *Stage) fitting(words []string) ([]string, error) {
	name := strings.ToLower(words[0])
	c, known := scriptCommands[name]
	if !known {
		return nil, fmt.Errorf("there is no /do %s%s\n  /do help lists what can happen", words[0],
			meant(name, s.happenings()))
	}
	if !slices.Contains(s.happenings(), name) {
		return nil, fmt.Errorf("/do %s cannot be done here: the bot is not on this stage, as you start it yourself\n"+
			"  /do help lists what can happen", name)
	}
	usage := strings.TrimSpace("/do " + name + " " + c.usage)
	fields := strings.Fields(strings.NewReplacer("[", "", "]", "").Replace(c.usage))
	open := strings.ContainsAny(c.usage, "…=") || name == "say"
	switch given := len(words) - 1; {
	case given < c.least:
		return nil, fmt.Errorf("that is not all: %s%s", usage, s.explained(fields))
	case given > len(fields) && !open:
		return nil, fmt.Errorf("that is too much: %s\n  text of several words goes into quotes: 'like this'", usage)
	}
	fit := append([]string{name}, words[1:]...)
	for i, field := range fields[:min(c.least, len(fields))] {
		value, err := s.valueOf(field, fit[i+1])
		if err != nil {
			return nil, fmt.Errorf("%w\n  it goes %s", err, usage)
		}
		fit[i+1] = value
	}
	return fit, nil
}

// aNumber is a telephone number as Microsoft writes it.
var aNumber = regexp.MustCompile(`^\+[1-9]\d{6,14}(;ext=\d+)?$`)

// explained says what the arguments of a line can be, where that is a short list.
func (s *Stage) explained(fields []string) string {
	text := ""
	for _, field := range fields {
		if all := s.values(field); len(all) > 0 && !strings.Contains(field, "|") && field != "WHO" {
			text += "\n  " + field + " is one of " + strings.Join(all, ", ")
			if canBeAny(field) {
				text += "; '' is any"
			}
		}
	}
	return text
}

// valueOf is an argument as its field takes it.
func (s *Stage) valueOf(field, said string) (string, error) {
	switch field {
	case "DURATION":
		if _, err := time.ParseDuration(said); err != nil {
			return "", fmt.Errorf("%q is no duration: write 20m, 1h30m or 0s", said)
		}
		return said, nil
	case "NUMBER":
		if !aNumber.MatchString(said) {
			return "", fmt.Errorf("%q is no number: write +12065550150", said)
		}
		return said, nil
	case "WHO", "PERSON":
		alias := strings.ToLower(said)
		if _, there := s.cloud.Org().Person(alias); there {
			return alias, nil
		}
		return "", s.nobody(said)
	}
	all := s.values(field)
	if len(all) == 0 || said == "" && canBeAny(field) {
		return said, nil
	}
	for _, value := range all {
		if strings.EqualFold(value, said) {
			return value, nil
		}
	}
	return "", fmt.Errorf("%q is none of %s%s", said, strings.Join(all, ", "), meant(said, all))
}

// canBeAny reports whether an argument that is left empty means any.
func canBeAny(field string) bool { return field == "SERVICE" || field == "METHOD" }

// nobody says that no person of the sandbox goes by a name.
func (s *Stage) nobody(said string) error {
	return fmt.Errorf("nobody is called %q%s\n  people go by a first name in lower case, such as dana, gita or hugo",
		said, meant(said, s.aliases()))
}

func (s *Stage) aliases() (all []string) {
	for _, p := range s.cloud.Org().People {
		if !p.Crowd {
			all = append(all, p.Alias)
		}
	}
	return all
}

// values are all that an argument can be; none where it can be many things.
func (s *Stage) values(field string) []string {
	switch field {
	case "PERMISSION":
		return graph.Permissions()
	case "CONDITION":
		return conditionNames()
	case "LIE":
		return graph.Lies()
	case "TYPE":
		return graph.NumberTypes()
	case "SERVICE":
		return []string{fault.Login, fault.Graph, fault.Connector, fault.Carrier}
	case "METHOD":
		return []string{"GET", "POST", "PUT", "PATCH", "DELETE"}
	case "fine|REASON":
		return append([]string{"fine"}, login.Reasons()...)
	case "CATEGORY":
		return graph.Categories()
	case "keeps|loses":
		return strings.Split(field, "|")
	}
	return nil
}

func conditionNames() (all []string) {
	for _, c := range graph.Conditions() {
		all = append(all, string(c))
	}
	return all
}
