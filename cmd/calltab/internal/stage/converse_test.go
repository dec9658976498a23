package stage

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
)

// typed is a console whose lines are typed one by one.
type typed struct {
	mu     sync.Mutex
	prompt string
	out    bytes.Buffer
}

func (c *typed) SetPrompt(prompt string)   { c.prompt = prompt }
func (c *typed) ReadLine() (string, error) { return "", io.EOF }

func (c *typed) Write(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.out.Write(p)
}

// said is what was written since the last call.
func (c *typed) said() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	defer c.out.Reset()
	return c.out.String()
}

// typing is a conversation as Alice whose lines a test types.
func typing(t *testing.T) (*conversation, func(line string) string) {
	t.Helper()
	at := &typed{}
	c := newConversation(newTestStage(t), at)
	c.become("alice")
	t.Cleanup(c.cloud.Chat().Watch(c.told.event))
	return c, func(line string) string {
		t.Helper()
		if err := c.line(t.Context(), line); err != nil {
			fmt.Fprintln(at, err)
		}
		if err := c.settle(t.Context()); err != nil {
			t.Fatal(err)
		}
		return at.said()
	}
}

// Every line that the README has people type gives what stands beside it, word for word.
func TestReadmeTry(t *testing.T) {
	t.Parallel()
	triesLines(t, "README.md", 15)
}

// So does every line of the pages for admins and carriers, from the first to the last.
func TestDocsTry(t *testing.T) {
	t.Parallel()
	for path, promises := range map[string]int{"docs/admins.md": 50, "docs/carriers.md": 10} {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			triesLines(t, path, promises)
		})
	}
}

// triesLines types the lines of a page's boxes, and wants a page to promise enough.
func triesLines(t *testing.T, path string, promises int) {
	t.Helper()
	boxes := regexp.MustCompile("(?s)<!-- try -->\n```\n(.*?)```\n<!-- /try -->")
	_, say := typing(t)
	promise := regexp.MustCompile(`"([^"]+)"`)
	promised := 0
	for _, box := range boxes.FindAllStringSubmatch(string(readFile(t, "../../../../"+path)), -1) {
		for line := range strings.Lines(box[1]) {
			typed, beside, _ := strings.Cut(line, "  ")
			typed = strings.TrimSpace(typed)
			said := say(typed)
			for _, want := range promise.FindAllStringSubmatch(beside, -1) {
				promised++
				if !strings.Contains(said, want[1]) {
					t.Errorf("%q gives no %q:\n%s", typed, want[1], said)
				}
			}
		}
	}
	if promised < promises {
		t.Errorf("%s promises %d things, want %d or more", path, promised, promises)
	}
}

// A card is written once: not anew where it has not changed, nor again for who has seen it.
func TestACardIsWrittenOnce(t *testing.T) {
	t.Parallel()
	_, say := typing(t)
	for _, c := range []struct {
		line, words string
		times       int
	}{
		{"/as erin", "Hello, this is Calltab", 1},
		{"/as alice", "Hello", 0},
		{"/as erin", "Hello", 0},
		{"/as alice", "", 0},
		{"add dana seattle metered +12065550144", "Is everything right?", 1},
		{"/as bruno", "Is everything right?", 0},
		{"/as alice", "Is everything right?", 0},
		{"/card", "Is everything right?", 1},
		{"1", "Saved.", 1},
		{"/advance 10m", "Dana Reyes can call now", 1},
		{"/as dana", "Your phone is ready", 1},
		{"1", "Your phone works", 1},
	} {
		said := say(c.line)
		if got := strings.Count(said, c.words); c.words != "" && got != c.times {
			t.Errorf("%s: %q is written %d times, want %d:\n%s", c.line, c.words, got, c.times, said)
		}
	}
}

// A mistake in a line for the sandbox is answered with what is wrong, what is possible and the nearest word.
func TestMistakes(t *testing.T) {
	t.Parallel()
	_, say := typing(t)
	for _, c := range []struct{ line, says string }{
		{"/do", "/do revoke PERMISSION                  /do grant PERMISSION puts it right"},
		{"/do help", "/do deaf                               /do !deaf puts it right"},
		{"/do revok User.Read.All", "there is no /do revok; did you mean revoke?"},
		{"/do nonsense", "there is no /do nonsense\n"},
		{"/do revoke", "that is not all: /do revoke PERMISSION\n  PERMISSION is one of User.Read.All, "},
		{"/do revoke user.read", "did you mean User.Read.All?"},
		{"/do grant Nothing", `"Nothing" is none of User.Read.All, `},
		{"/do delete Dana", "that is not all: /do delete WHO keeps|loses\n"},
		{"/do delete dna loses", `nobody is called "dna"; did you mean dana?`},
		{"/do delete dana lose", `"lose" is none of keeps, loses; did you mean loses?`},
		{"/do skew 20", `"20" is no duration: write 20m`},
		{"/do refuse dana it is so", "text of several words goes into quotes"},
		{"/do refuse dana it is", "a refusal comes at once, or late; text of several words goes into quotes"},
		{"/do refuse dana 'it is so", "a quote is not closed"},
		{"/do withhold dana numbr", "did you mean number?"},
		{"/do lie dana untrue", `"untrue" is none of `},
		{"/do sign-in no-service", "did you mean no-service-principal?"},
		{"/do policy dana Golden", "there is no OnlineVoiceRoutingPolicy \"Golden\""},
		{"/do private dana +12065550150 privat", "did you mean private?"},
		{"/do assign dana 12345", `"12345" is no number: write +12065550150`},
		{"/do deaf", "Done. /do !deaf puts it right."},
		{"help", "that did not reach the bot, as you have asked for by /do deaf"},
		{"/do !deaf", "  Done.\n"},
		{"/do know +12065550199 mobile", `"mobile" is none of directRouting, `},
		{"/do fault grap GET /users status=503", `"grap" is none of login, graph, connector, carrier; did you mean graph?`},
		{"/do help", "METHOD is GET, POST, PUT, PATCH, DELETE; '' is any.\n"},
		{"/do fault", "METHOD is one of GET, POST, PUT, PATCH, DELETE; '' is any"},
		{"/do fault graph '' /nowhere status=503", "Done. /do heal puts it right."},
		{"/do fault '' get /nowhere status=503", "Done. /do heal puts it right."},
		{"/do heal", "  Done.\n"},
		{"/do fault graph GET /users", "say what happens to the call, such as status=503"},
		{"/do fault graph GET /users stat=503", `a fault has no "stat"; did you mean status?`},
		{"/do fault graph GET /users status=many", "status=many: that is to be a whole number"},
		{"/do fault graph GET /users drop=soon", "drop=soon: that is to be before or after"},
		{"/do REVOKE user.read.all", "Done. /do grant User.Read.All puts it right."},
		{"/do grant user.read.all", "  Done.\n"},
		{"/do skew 20m", "Done. /do skew 0s puts it right."},
		{"/do skew 0s", "  Done.\n"},
		{"/do sign-in fine", "  Done.\n"},
		{"/do Withhold Dana Licence", "Done. /do release dana licence puts it right."},
		{"/do release dana licence", "  Done.\n"},
		{"/as Erin", "Hello, this is Calltab"},
		{"/as erik", "did you mean erin?"},
		{"/as dnaa", "did you mean dana?"},
		{"/quitt", "there is no /quitt; did you mean /quit?"},
		{"/as sven", "You are Sven "},
		{"3", "there is no card with buttons yet"},
		{"/as alice", "alice's newest message"},
		{"/as alice", "You are Alice Moreau now. There is nothing new for you."},
		{"/advance 10m", "  It is 09:1"},
		{"add dana", "[5] Cancel"},
		{"7", "the newest card has the buttons [1] to [5]; /card shows it"},
		{"1 2", "one button at a time; the newest card has the buttons [1] to [5]"},
		{"2=0144", "the number of a button comes last, as in 2=0144 1"},
		{"9=boston 1", "the newest card has nothing to fill in"},
		{"2", "Which number?"},
		{"9=boston 1", "the newest card has no input (9), but (1) to (2)"},
		{"2=0144 9", "the newest card has the buttons [1] to [3]"},
		{"2=0144 1", "Is everything right?"},
		{"/as", "as in /as dana"},
	} {
		if said := say(c.line); !strings.Contains(said, c.says) {
			t.Errorf("%q: want %q:\n%s", c.line, c.says, said)
		}
	}
}

// A terminal that says it has no columns is taken for one of the usual width.
func TestTerminalWithoutSize(t *testing.T) {
	t.Parallel()
	for size, want := range map[[2]int][2]int{{0, 0}: {80, 24}, {120, 0}: {80, 24}, {120, 40}: {120, 40}} {
		if w, h := sizeOf(size[0], size[1]); w != want[0] || h != want[1] {
			t.Errorf("%v is %d, %d", size, w, h)
		}
	}
}

// A file is dropped in every way in which a terminal writes its path.
func TestDroppedPath(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := filepath.Join(dir, "new numbers (2).csv")
	writeFile(t, file, []byte("number,location\n+12065550300,seattle\n"))
	for line, want := range map[string]bool{
		file:             true,
		"'" + file + "'": true,
		`"` + file + `"`: true,
		file + " ":       true,
		"file://" + strings.ReplaceAll(file, " ", "%20"):                   true,
		strings.NewReplacer(" ", `\ `, "(", `\(`, ")", `\)`).Replace(file): true,
		filepath.Join(dir, "none.csv"):                                     true, // it is said that there is none
		dir:                                                                false,
		filepath.Join(dir, "none"):                                         false,
		"none.csv":                                                         true,
		"add dana":                                                         false,
		"/advance 10m":                                                     false,
		"'":                                                                false,
		"":                                                                 false,
		"who had +12065550144 on 3/2/2026":                                 false,
	} {
		path, ok := droppedPath(line)
		if ok != want {
			t.Errorf("%q is a file: %v, want %v", line, ok, want)
		}
		if ok && path != file && filepath.Base(path) != "none.csv" {
			t.Errorf("%q is read as %q", line, path)
		}
	}
	_, say := typing(t)
	if said := say("'" + file + "'"); !strings.Contains(said, "Add 1 number?") {
		t.Errorf("the file gives:\n%s", said)
	}
	if said := say("none.csv"); !strings.Contains(said, "the file cannot be read") {
		t.Errorf("a file that is not there gives:\n%s", said)
	}
}

// A log that is empty, or elsewhere, says so.
func TestLog(t *testing.T) {
	t.Parallel()
	c, say := typing(t)
	if said := say("/log"); !strings.Contains(said, "standard error") {
		t.Errorf("a log that is elsewhere gives:\n%s", said)
	}
	writeFile(t, c.Path(logFile), nil)
	if said := say("/log"); !strings.Contains(said, "nothing is logged yet") {
		t.Errorf("an empty log gives:\n%s", said)
	}
}

// Where the output is no terminal, lines are read as they are. The end of the input ends the chat.
func TestConverseThroughAPipe(t *testing.T) {
	t.Parallel()
	in, out, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprint(out, "plans\n/nonsense\n/log\n\n")
	out.Close()
	defer in.Close()
	s := newTestStage(t)
	writeFile(t, s.Path(logFile), []byte("level=WARN msg=careful\n"))
	var said typed
	err = inTerminal(in, &said, func(at console) error { return converse(t.Context(), s, at) })
	got := said.said()
	for _, want := range []string{"as alice of Alder & Finch", "alice> ", "Unlimited", "there is no /nonsense", "level=WARN msg=careful"} {
		if !strings.Contains(got, want) {
			t.Errorf("the chat lacks %q:\n%s", want, got)
		}
	}
	if err != nil {
		t.Error(err)
	}
}
