package chat

import (
	"cmp"
	"slices"
	"strings"
)

// spoken is a line as typed, in the form that Teams sends.
type spoken struct {
	wire     string // with <at>…</at> in place of mentions
	entities []any  // the mentions
	names    []string
	toBot    bool
}

// mentionable is a person, or the bot, who can follow an '@'.
type mentionable struct {
	typed string // what follows '@'
	name  string
	id    string
	alias string // "bot" for the bot
}

// speak finds "@Name" in text. "@{alias}" works too, for people who share a name. A mentioned person is known by the
// MRI only: there is no aadObjectId in a mention of Teams
// (learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/channel-and-group-conversations, "Retrieve
// mentions"). The caller holds the lock.
func (s *Server) speak(text string, t *thread) spoken {
	known := s.mentionables(t)
	var out spoken
	var b strings.Builder
	for i := 0; i < len(text); {
		if text[i] == '@' {
			if m, ok := match(known, text[i+1:]); ok {
				tag := "<at>" + m.name + "</at>"
				b.WriteString(tag)
				out.entities = append(out.entities, map[string]any{
					"type": "mention", "text": tag,
					"mentioned": map[string]any{"id": m.id, "name": m.name},
				})
				out.names = append(out.names, m.alias)
				i += 1 + len(m.typed)
				if m.id == s.cfg.BotID {
					out.toBot = true
					if strings.HasPrefix(text[i:], " ") {
						b.WriteString("&nbsp;")
						i++
					}
				}
				continue
			}
		}
		b.WriteByte(text[i])
		i++
	}
	out.wire = b.String()
	return out
}

// mentionables are the bot and, where more than one person is there, everybody
// in the thread; longer names first.
func (s *Server) mentionables(t *thread) []mentionable {
	all := []mentionable{{s.cfg.BotName, s.cfg.BotName, s.cfg.BotID, "bot"}}
	if t.kind != personalChat {
		for _, p := range s.members(t) {
			all = append(all,
				mentionable{p.Name, p.Name, p.mri, p.Alias},
				mentionable{"{" + p.Alias + "}", p.Name, p.mri, p.Alias})
		}
	}
	slices.SortStableFunc(all, func(a, b mentionable) int { return cmp.Compare(len(b.typed), len(a.typed)) })
	return all
}

func match(known []mentionable, text string) (mentionable, bool) {
	for _, m := range known {
		if m.typed != "" && len(text) >= len(m.typed) && strings.EqualFold(text[:len(m.typed)], m.typed) {
			return m, true
		}
	}
	return mentionable{}, false
}
