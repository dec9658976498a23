package view_test

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"text/template/parse"
	"unicode"

	"calltab/internal/bot/card"
)

// sources are the folders whose packages say something to people.
var sources = []string{"../../provision", "../../bot", "../../../cmd/calltab"}

// families are ids that are put together from the core's own words, which the type of a constant collects, and endings.
var families = []struct {
	prefix, constants string
	endings           []string
}{
	{"rule.", "Rule", []string{"", ".remedy"}},
	{"condition.", "ConditionName", []string{"", ".remedy"}},
	{"diagnose.own.", "ConditionName", []string{""}},
	{"unread.", "Source", []string{""}},
	{"step.", "StepName", []string{""}},
	{"merit.", "Merit", []string{""}},
	{"button.begin.", "OrderKind", []string{""}},
	{"proposed.location.", "Ground", []string{""}},
	{"number.state.", "NumberState", []string{""}},
	{"order.state.", "OrderState", []string{""}},
	{"known-account-", "AccountState", []string{""}},
	{"known-number-", "NumberHolder", []string{""}},
	{"known-plan-", "Effect", []string{""}},
	{"vote.", "DecisionKind", []string{""}},
	{"event.", "Event", []string{""}},
	{"holdings.", "NumberState", []string{""}},
	{"bulk.row.", "RowState", []string{""}},
	{"bulk.kind.", "OrderKind", []string{""}},
	{"button.bulk.", "Decision", []string{""}},
}

// composed are the other ids that are put together: the states that have one, and names with endings.
var composed = []string{
	"button.bulk.approve", "button.bulk.deny", "bulk.voted.approve", "bulk.voted.deny",
	"bulk.lacks-person", "bulk.lacks-location", "bulk.lacks-plan", "bulk.lacks-number", "bulk.lacks-review", "bulk.lacks-refused",
	"bulk.order-draft", "bulk.order-cancelled", "bulk.order-rejected", "bulk.order-expired", "bulk.order-failed",
	"prompt.phone", "prompt.phone.line", "prompt.broken", "prompt.broken.line", "button.another.location", "button.another.plan", "button.another.number",
	"step.watch-readiness", // the job after the steps: gave-up may name it
	"remark.away", "remark.away.others", "remark.self", "remark.remind", "remark.remind.others",
	"step.state.waiting", "step.state.running", "step.state.done", "step.state.undone",
	"step.state.stopped", "step.state.running.since", "step.state.done.since", "step.state.undone.since",
	"condition.met.since", "condition.missing.since", "number.state.held.until", "number.state.cooling.until", "order.state.waiting.late",
	"unblock-in-use.other", "unblock-in-use.phantom", "unblock-in-use.policy",
	"free-in-use.other", "free-in-use.phantom", "free-in-use.policy",
	"number.state.reserved.until", "number-in-use.reserved", "number-in-use.blocked",
	"number-in-use.held", "number-in-use.assigned", "number-in-use.cooling",
	"status.failed", "status.parked", "status.cancelled", "status.expired",
	"late.since", "late.next", "escalated.since", "escalated.next", "welcome.admin.next", "welcome.person.next",
	"parked.retry", "parked.retry.watch", "parked.retry.undoing", "parked.tried", "parked.tried.watch", "parked.tried.undoing",
	"phone.looking.plain", "phone.problem.plain", "phone.looking.self", "phone.problem.self",
	"diagnose.turn", "diagnose.turn.plain", "diagnose.turn.self", "diagnose.own.beyond", "diagnose.own.beyond.plain", "diagnose.own.beyond.self",
	"diagnose.own.press", "diagnose.own.press.plain", "diagnose.own.press.self",
	"ready.title", "late.title", "escalated.title", "failed.title", "parked.title", "left.title", "reopened.title", "untold.title", "link.title", "link.summary", "roster.ended.done", "roster.ended.stopped",
	"compared.adopted", "compared.missing", "compared.elsewhere", "compared.unknown", "compared.adopted.remedy", "compared.missing.remedy",
	"rule.has-phone.remedy.employee", "rule.has-number.remedy.employee", "compared.elsewhere.remedy", "compared.unknown.remedy",
	"location.name", "location.emergency", "location.cooling", "location.low", "location.name.example", "location.name.error", "location.country.example", "location.country.error", "location.zone.example",
	"location.zone.error", "location.emergency.example", "location.cooling.example", "location.low.example",
	"approval.because.manager", "approval.because.site", "approval.because.site.all",
	"form.review.manager", "form.review.manager.self", "form.review.manager.instead", "form.review.manager.self.instead", "form.review.site", "form.review.site.all", "words-needed.deny", "words-needed.ask",
	"passed-not-installed", "passed-blocked", "passed-failed", "returned-not-installed", "returned-blocked", "returned-failed", "returned-gone", "withdrawn.title", "withdrawn.summary", "barred.title", "barred.summary", "taken-back.title", "taken-back.summary", "approved.title", "approved.summary", "rejected.title", "rejected.summary",
	"unapproved.title", "unapproved.summary", "unsent.title", "unsent.summary", "settled.title", "settled.summary", "unasked.title", "unasked.summary",
	"ready.summary", "late.summary", "escalated.summary", "failed.summary", "parked.summary", "left.summary", "reopened.summary", "untold.summary",
	"status.undoing.waits-for-microsoft", "status.undoing.waits-for-carrier", "status.undoing.waits-for-permission",
	"status.undoing.waits-for-admin",
	"waits.waits-for-microsoft", "waits.waits-for-carrier", "waits.waits-for-permission", "waits.waits-for-admin",
	"remark.next", "remark.again", "remark.yes", "remark.no", "remark.choose", "remark.wrong", "remark.wait", "remark.bot", "remark.delegate", "remark.retry", "remark.bye", "remark.quiet", "remark.role", "remark.role.others", "remark.wrong.others", "remark.retry.others", "remark.admin.admin", "remark.admin.operator", "remark.admin.auditor", "remark.admin.employee", "reading.happened",
	"docket.title.open", "docket.title.done", "docket.title.failed", "docket.title.ended", "docket.title.over",
	"docket.none.open", "docket.none.done", "docket.none.failed", "docket.none.ended", "docket.none.over",
}

// program is what the sources say: their string literals, the constants by type, and the messages
// said with literal ids.
type program struct {
	literals  map[string]bool
	constants map[string][]string
	said      []said
}

type said struct {
	at, id string
	byKind bool     // in the words of an order's kind
	args   []string // nil where they are not literal
}

func TestEveryMessageIsThereAndUsed(t *testing.T) {
	t.Parallel()
	p, words := read(t), writer(t).Words
	used := maps.Clone(p.literals)
	need := func(id, by string) {
		used[id] = true
		if !words.Has(id) {
			t.Errorf("%s says %q, and the catalogue has no such message", by, id)
		}
	}
	for _, f := range families {
		if len(p.constants[f.constants]) == 0 {
			t.Errorf("no constant of type %s was found", f.constants)
		}
		for _, c := range p.constants[f.constants] {
			for _, ending := range f.endings {
				need(f.prefix+c+ending, f.constants)
			}
		}
	}
	for _, id := range composed {
		need(id, "a view")
	}
	for month := range 12 {
		used["month."+strconv.Itoa(month+1)] = true
	}
	for _, s := range p.said {
		need(s.id, s.at)
	}
	// A whole family that the bot puts together from its commands and states: its own tests look at it.
	bots := regexp.MustCompile(`^(command|next|prompt|numbers\.title|explain|reading|not-yet|ending-none)\.`)
	for id := range messages(t) {
		if base, is := forKind(id, p.constants["OrderKind"]); is && used[base] {
			continue
		}
		if !used[id] && !bots.MatchString(id) {
			t.Errorf("nothing says %q", id)
		}
	}
}

// forKind takes off the ending that makes a message one for orders of a kind.
func forKind(id string, kinds []string) (string, bool) {
	for _, k := range append(kinds, "change", "end", "undo") {
		if base, is := strings.CutSuffix(id, "."+k); is {
			return base, true
		}
	}
	return id, false
}

func TestMessagesGetTheirArguments(t *testing.T) {
	t.Parallel()
	all, p := messages(t), read(t)
	kinds := p.constants["OrderKind"]
	for _, s := range p.said {
		if s.args == nil {
			continue
		}
		for id, forms := range all {
			if base, _ := forKind(id, kinds); id != s.id && (!s.byKind || base != s.id) {
				continue
			}
			for _, form := range forms {
				for _, field := range fields(t, form) {
					if !slices.Contains(s.args, field) {
						t.Errorf("%s says %q without %q", s.at, id, field)
					}
				}
			}
		}
	}
}

func TestVoice(t *testing.T) {
	t.Parallel()
	for id, forms := range messages(t) {
		for _, text := range forms {
			plain := regexp.MustCompile(`\{\{.*?\}\}`).ReplaceAllString(text, "x")
			if got := card.Escape(plain); got != plain {
				t.Errorf("%s: %q would be shown as %q", id, plain, got)
			}
			if strings.ContainsAny(plain, "!*") || strings.ContainsFunc(plain, func(r rune) bool { return unicode.Is(unicode.So, r) }) {
				t.Errorf("%s: %q has an exclamation mark or a sign", id, text)
			}
			plain = strings.ReplaceAll(strings.ToLower(plain), "user name", "")
			if bad := regexp.MustCompile(`\b(users?|sorry|oops|soon|ticket|license|simply|please note|successfully)\b`).FindString(plain); bad != "" {
				t.Errorf("%s: %q says %q", id, text, bad)
			}
		}
	}
}

// messages are the catalogue's own files: the forms of every message by id.
func messages(t *testing.T) map[string][]string {
	t.Helper()
	files, err := filepath.Glob("../text/words/*.en.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no message files: %v", err)
	}
	all := map[string][]string{}
	for _, path := range files {
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var file map[string]any
		if err := json.Unmarshal(raw, &file); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		for id, v := range file {
			switch v := v.(type) {
			case string:
				all[id] = []string{v}
			case map[string]any:
				for name, form := range v {
					if name != "description" {
						all[id] = append(all[id], form.(string))
					}
				}
			}
		}
	}
	return all
}

// fields are the arguments that a message cannot do without; one that it asks for with "if" may be missing.
func fields(t *testing.T, text string) []string {
	t.Helper()
	trees, err := parse.Parse("message", text, "", "", map[string]any{})
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	var needed []string
	for _, node := range trees["message"].Root.Nodes {
		if action, ok := node.(*parse.ActionNode); ok {
			for _, arg := range action.Pipe.Cmds[0].Args {
				if field, ok := arg.(*parse.FieldNode); ok {
					needed = append(needed, field.Ident[0])
				}
			}
		}
	}
	return needed
}

func read(t *testing.T) program {
	t.Helper()
	p := program{literals: map[string]bool{}, constants: map[string][]string{}}
	for _, dir := range sources {
		err := filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			set := token.NewFileSet()
			file, err := parser.ParseFile(set, path, nil, parser.SkipObjectResolution)
			if err != nil {
				return err
			}
			ast.Inspect(file, func(n ast.Node) bool { p.note(set, n, dir == sources[0]); return true })
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(p.said) == 0 {
		t.Fatal("no sources that say anything")
	}
	return p
}

// note takes what a node says; constants count where they are the core's.
func (p *program) note(set *token.FileSet, n ast.Node, core bool) {
	switch n := n.(type) {
	case *ast.BasicLit:
		if s, ok := literal(n); ok {
			p.literals[s] = true
		}
	case *ast.ValueSpec:
		kind, ok := n.Type.(*ast.Ident)
		if of, is := n.Type.(*ast.SelectorExpr); is {
			kind, ok = of.Sel, true
		}
		if ok && core && len(n.Values) == 1 {
			if s, ok := literal(n.Values[0]); ok {
				p.constants[kind.Name] = append(p.constants[kind.Name], s)
			}
		}
	case *ast.CallExpr:
		if s, ok := saying(n); ok {
			s.at = set.Position(n.Pos()).String()
			p.said = append(p.said, s)
		}
	}
}

// says tells by the name of a function which of its arguments is the id; its pairs follow.
var says = map[string]int{
	"say": 0, "Say": 0, "SayFor": 1, "orElse": 1, "invalid": 1, "NewConflict": 1, "NewNotFound": 1, "nothing": 1, "button": 2, "bare": 2,
}

func saying(call *ast.CallExpr) (said, bool) {
	name := ""
	switch f := call.Fun.(type) {
	case *ast.Ident:
		name = f.Name
	case *ast.SelectorExpr:
		name = f.Sel.Name
	}
	i, ok := says[name]
	if ok && len(call.Args) > 0 {
		if first, is := call.Args[0].(*ast.Ident); is && first.Name == "ctx" {
			i = 1 // the bot's own say
		}
	}
	if !ok || i >= len(call.Args) {
		return said{}, false
	}
	id, ok := literal(call.Args[i])
	if !ok || id == "" || strings.Contains(id, " ") { // a text for the log
		return said{}, false
	}
	s := said{id: id, byKind: name == "SayFor", args: []string{}}
	if name != "say" && name != "Say" && name != "SayFor" || call.Ellipsis.IsValid() {
		s.args = nil
		return s, true
	}
	for j := i + 1; j < len(call.Args); j += 2 {
		key, ok := literal(call.Args[j])
		if !ok {
			s.args = nil
			break
		}
		s.args = append(s.args, key)
	}
	return s, true
}

func literal(e ast.Expr) (string, bool) {
	lit, ok := e.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", false
	}
	s, err := strconv.Unquote(lit.Value)
	return s, err == nil
}
