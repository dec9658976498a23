package main

import (
	"bufio"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
)

// besideDir holds the bot on Microsoft's SDK.
const besideDir = "beside"

// besideKind is what that bot is told of a kind of turn: how to know it, and how Calltab answered it.
type besideKind struct {
	Text    string            `json:"text,omitempty"`
	UPNs    map[string]string `json:"upns,omitempty"` // whom a line means
	Reads   bool              `json:"reads,omitempty"`
	Verb    string            `json:"verb,omitempty"`
	Trigger string            `json:"trigger,omitempty"`
	Edits   bool              `json:"edits,omitempty"` // the posted card is edited as well
	Card    any               `json:"card,omitempty"`
	Value   json.RawMessage   `json:"value,omitempty"`
}

// known writes the cards that the program answers with to a file, for the bots beside it.
func (s *side) known(b *testing.B, kinds []kindOfTurn) (path string) {
	b.Helper()
	path = filepath.Join(b.TempDir(), "kinds.json")
	text, err := json.Marshal(captured(b, s, kinds))
	if err != nil {
		b.Fatal(err)
	}
	if err := os.WriteFile(path, text, 0o600); err != nil {
		b.Fatal(err)
	}
	return path
}

// beside starts the bot on Microsoft's SDK with the answers of a program, which are in a file. It returns nil, and says
// so, where node or the package is missing.
func (p *peer) beside(b *testing.B, of *side, known string) *side {
	b.Helper()
	node, err := exec.LookPath("node")
	if err != nil {
		b.Log("botbuilder is left out: there is no node")
		return nil
	}
	if _, err := os.Stat(filepath.Join(besideDir, "node_modules", "botbuilder")); err != nil {
		b.Log("botbuilder is left out: make bench-turns fetches it with npm, which did not")
		return nil
	}
	cmd := exec.Command(node, filepath.Join(besideDir, "server.js"))
	cmd.Env = []string{"NODE_ENV=production", "BESIDE_KINDS=" + known, "NODE_EXTRA_CA_CERTS=" + p.cloud.Env()["CALLTAB_CA_FILE"]}
	for name, value := range p.cloud.Env() {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	in, err := cmd.StdinPipe() // it ends with it
	if err != nil {
		b.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		in.Close()
		cmd.Process.Kill()
		_ = cmd.Wait()
	})
	var up struct{ Listen string }
	line, err := bufio.NewReader(out).ReadBytes('\n')
	if err != nil || json.Unmarshal(line, &up) != nil {
		b.Fatalf("botbuilder does not start: %v %s", err, line)
	}
	s := &side{name: "botbuilder", pid: cmd.Process.Pid, url: "http://" + up.Listen + "/api/messages"}
	p.crewOf(s, 900, of.talkers[0].served)
	for _, t := range s.talkers {
		t.open = of.talkers[0].open
	}
	return s
}

// captured are the answers of a program, one for each line that is written and each button that is pressed.
func captured(b *testing.B, of *side, kinds []kindOfTurn) (all []besideKind) {
	b.Helper()
	t := of.talkers[0]
	t.note = func(k besideKind) { all = append(all, k) }
	defer func() { t.note = nil }()
	for _, k := range slices.Concat([]kindOfTurn{{reads: 2, line: ordering, want: "Is everything right?"}}, kinds) {
		if err := k.begin(of.talkers[:1]); err != nil {
			b.Fatal(err)
		}
		turns := 1
		if k.form {
			turns = 4 // a form has so many steps
		}
		for range turns {
			if err := k.take(t); err != nil {
				b.Fatalf("%s: %v", k.name, err)
			}
		}
		if k.line == nil {
			continue
		}
		if err := t.look(); err != nil {
			b.Fatal(err)
		}
		one := besideKind{Text: k.line(t), Card: t.card, Reads: k.reads > 0}
		if one.Reads {
			one.UPNs = map[string]string{}
			for _, t := range of.talkers {
				one.UPNs[k.line(t)] = t.upn
			}
		}
		all = append(all, one)
	}
	return all
}
