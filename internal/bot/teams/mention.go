package teams

import (
	"encoding/json"
	"html"
	"strings"
	"unicode"

	"calltab/internal/bot/turns"
	"calltab/internal/provision"
)

// mention is the entity that goes with an <at> in the text. Its own text is missing in some group chats
// (https://github.com/microsoft/botbuilder-dotnet/issues/2504).
type mention struct {
	Type      string `json:"type"`
	Text      string `json:"text"`
	Mentioned struct {
		account
		Type string `json:"type"`
	} `json:"mentioned"`
}

// readText is what a person wrote, as they see it: the bot's own mention taken out, found by the bot's id because names
// change; other mentions as their names; entities, odd blanks and line ends of the wire put right.
func readText(raw, botID string, entities json.RawMessage) (string, []turns.Mention) {
	if raw == "" {
		return "", nil
	}
	var all []mention
	if len(entities) > 0 {
		// An entity of another shape leaves its fields empty; the others are read all the same.
		_ = json.Unmarshal(entities, &all)
	}
	for _, mark := range quoteMarks {
		raw = withoutQuotes(raw, mark)
	}
	var people []turns.Mention
	var own []string
	for _, m := range all {
		if m.Type != "mention" {
			continue
		}
		to, id := "", m.Mentioned.ID
		if id == "" || id != botID {
			to = m.Mentioned.Name
		}
		raw, own = m.replace(raw, to, own, id == botID)
		if person := isPerson(m) && id != botID; person && !listed(people, id) {
			people = append(people, turns.Mention{MRI: id, Name: tidy(stripTags(to)), User: userID(m.Mentioned.Object)})
		}
	}
	// The same mention twice may come with one entity.
	for _, needle := range own {
		raw = strings.ReplaceAll(raw, needle, " ")
	}
	return withoutQuotedLines(tidy(stripTags(raw))), people
}

// quoteMarks are the elements in which a message has the text of another one. Teams sends "quoted" with a reply,
// messageId="…", and older and copied messages have the others.
var quoteMarks = []string{"quoted", "quote", "blockquote"}

// withoutQuotedLines takes out the lines that mail programs mark as another message's: "> remove dana". Where there is
// no other line, nothing is asked for.
func withoutQuotedLines(text string) string {
	if !strings.Contains(text, ">") {
		return text
	}
	var own []string
	for line := range strings.SplitSeq(text, "\n") {
		if !strings.HasPrefix(strings.TrimSpace(line), ">") {
			own = append(own, line)
		}
	}
	return strings.TrimSpace(strings.Join(own, "\n"))
}

// replace puts the name in the place of the first mention like this one, and remembers what the bot's own looked like.
func (m mention) replace(raw, to string, own []string, isBot bool) (string, []string) {
	for _, needle := range [...]string{m.Text, "<at>" + m.Mentioned.Name + "</at>"} {
		if needle == "" || !strings.Contains(raw, needle) {
			continue
		}
		if isBot {
			own = append(own, needle)
			to = " "
		} else if to == "" {
			to = stripTags(needle)
		}
		return strings.Replace(raw, needle, to, 1), own
	}
	return raw, own
}

// withoutQuotes takes out the elements of a name, with what they enclose: another message's text.
func withoutQuotes(s, name string) string {
	mark := "<" + name
	end := "</" + name + ">"
	for from := 0; ; {
		at := indexFold(s[from:], mark)
		if at < 0 {
			return s
		}
		at += from
		length := strings.IndexByte(s[at:], '>')
		next := at + len(mark)
		if length < 0 || next < len(s) && !strings.ContainsRune(" />", rune(s[next])) {
			from = next
			continue
		}
		rest := s[at+length+1:]
		if s[at+length-1] != '/' {
			if i := indexFold(rest, end); i >= 0 {
				rest = rest[i+len(end):]
			}
		}
		s, from = s[:at]+" "+rest, at
	}
}

// indexFold is where s has an ASCII text, in whichever case; -1 for nowhere.
func indexFold(s, text string) int {
	for i := 0; i+len(text) <= len(s); i++ {
		if strings.EqualFold(s[i:i+len(text)], text) {
			return i
		}
	}
	return -1
}

// isPerson leaves out bots (28:), channels and teams (19:), and tags.
func isPerson(m mention) bool {
	id := m.Mentioned.ID
	return id != "" && !strings.HasPrefix(id, "28:") && !strings.HasPrefix(id, "19:") &&
		(m.Mentioned.Type == "" || m.Mentioned.Type == "person")
}

func listed(people []turns.Mention, mri string) bool {
	for _, p := range people {
		if p.MRI == mri {
			return true
		}
	}
	return false
}

// stripTags takes out <at>, <at id="0"> and </at> and leaves what they enclose.
func stripTags(s string) string {
	if !strings.Contains(s, "<") {
		return s
	}
	var b strings.Builder
	for {
		i := strings.IndexByte(s, '<')
		if i < 0 {
			b.WriteString(s)
			return b.String()
		}
		b.WriteString(s[:i])
		s = s[i:]
		if n := atTag(s); n > 0 {
			s = s[n:]
			continue
		}
		b.WriteByte('<')
		s = s[1:]
	}
}

// atTag is the length of the at-tag that s begins with, 0 if it does not.
func atTag(s string) int {
	rest, ok := strings.CutPrefix(s, "</")
	if !ok {
		rest = s[1:]
	}
	if len(rest) < 3 || !strings.EqualFold(rest[:2], "at") || rest[2] != '>' && rest[2] != ' ' {
		return 0
	}
	end := strings.IndexAny(rest, "<>")
	if end < 0 || rest[end] == '<' {
		return 0
	}
	return len(s) - len(rest) + end + 1
}

// tidy resolves HTML entities (&nbsp; above all), makes every blank a space and every line end \n, and leaves no blank
// twice or at an end of a line. Marks that print nothing, which clients leave around mentions, are dropped.
func tidy(s string) string {
	if strings.IndexByte(s, '&') >= 0 {
		s = html.UnescapeString(s)
	}
	var b strings.Builder
	b.Grow(len(s))
	blank, line := false, false
	for _, r := range s {
		switch {
		case r == '\n' || r == '\r' || r == '\u2028' || r == '\u2029':
			line = true
		case unicode.IsSpace(r):
			blank = true
		case unicode.IsControl(r) || provision.Hidden(r):
		default:
			if b.Len() > 0 && line {
				b.WriteByte('\n')
			} else if b.Len() > 0 && blank {
				b.WriteByte(' ')
			}
			blank, line = false, false
			b.WriteRune(r)
		}
	}
	return b.String()
}
