package chat

import (
	"fmt"
	"strconv"
	"strings"
)

// others is how many people besides the current user a Playground's
// configuration must name ([pg]).
const others = 5

// PlaygroundConfig is the ".m365agentsplayground.yml" of the Playground process
// that stands for a person: our ids throughout, so that little has to be
// mapped, the home tenant, and five colleagues. Nil when nobody has that alias.
func (s *Server) PlaygroundConfig(alias string) []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	who, err := s.person(alias)
	if err != nil {
		return nil
	}
	var b strings.Builder
	fmt.Fprintf(&b, "version: \"0.1.1\"\ntenantId: %s\n", quote(who.Tenant))
	fmt.Fprintf(&b, "bot:\n  id: %s\n  name: %s\n", quote(s.cfg.BotID), quote(s.cfg.BotName))
	b.WriteString("currentUser:\n")
	writeUser(&b, "  ", "  ", who)
	b.WriteString("users:\n")
	n := 0
	for _, p := range s.people {
		if p != who && p.Tenant == who.Tenant && n < others {
			writeUser(&b, "  - ", "    ", p)
			n++
		}
	}
	for ; n < others; n++ {
		writeUser(&b, "  - ", "    ", filler(n))
	}
	fmt.Fprintf(&b, "personalChat:\n  id: %s\n", quote(who.chat.id))
	fmt.Fprintf(&b, "groupChat:\n  id: %s\n  name: Group chat\n", quote(s.group.id))
	fmt.Fprintf(&b, "team:\n  id: %s\n  name: Team\n  aadGroupId: 00000000-0000-4000-8000-000000000031\n",
		quote(s.teamID()))
	fmt.Fprintf(&b, "  channels:\n    - id: %s\n      name: Phones\n", quote(s.channel.id))
	return []byte(b.String())
}

func writeUser(b *strings.Builder, first, indent string, p *person) {
	fmt.Fprintf(b, "%sid: %s\n", first, quote(p.mri))
	for _, field := range [][2]string{
		{"name", p.Name},
		{"userPrincipleName", p.UPN}, // spelled so there
		{"aadObjectId", p.ID},
		{"givenName", p.givenName()},
		{"surname", p.surname()},
		{"email", p.UPN},
	} {
		fmt.Fprintf(b, "%s%s: %s\n", indent, field[0], quote(field[1]))
	}
}

// filler is a colleague for organisations of fewer than six.
func filler(n int) *person {
	name := fmt.Sprintf("Guest %d", n+1)
	return &person{
		Person: Person{
			Name: name,
			ID:   fmt.Sprintf("00000000-0000-4000-8000-0000000001%02d", n),
			UPN:  fmt.Sprintf("guest%d@example.com", n+1),
		},
		mri: fmt.Sprintf("29:guest-%d", n+1),
	}
}

// quote writes a YAML string in the double-quoted form, which JSON shares.
func quote(text string) string { return strconv.QuoteToGraphic(text) }
