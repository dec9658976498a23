package chat

import (
	"crypto/sha512"
	"encoding/base64"
	"strings"
	"time"
)

// Person is a user with a Teams client.
type Person struct {
	Alias string // how callers name the person, unique
	ID    string // Entra object id
	Name  string // display name, as shown in Teams
	UPN   string // user principal name
	// Tenant is the person's own tenant; empty means Config.Tenant. People of
	// other tenants see neither the group chat nor the channel.
	Tenant string
	// Zone is the IANA time zone of the person's devices; empty means UTC.
	Zone string
	// Installed says that the app was in the person's Teams before the story
	// begins: the personal chat exists, though this bot may not know of it.
	Installed bool
	// Blocked says that the person blocked the bot.
	Blocked bool
}

// person is a Person with what changes.
type person struct {
	Person
	mri       string
	zone      *time.Location
	typing    int // how often they were shown that the bot is about to write
	chat      *thread
	unheard   bool // installed by Graph, the bot has had no event of it yet
	opened    bool // a personal chat came to be, now or in the past
	toast     string
	suggested map[string]map[string][]Choice // by message, then input: the last type-ahead answer
}

func newPerson(cfg Config, p Person) *person {
	if p.Tenant == "" {
		p.Tenant = cfg.Tenant
	}
	// "29:" ids differ from bot to bot ([proactive]), hence the app id.
	q := &person{
		Person:    p,
		mri:       "29:1" + hostile(cfg.AppID+"/person/"+p.ID, 48),
		opened:    p.Installed,
		suggested: map[string]map[string][]Choice{},
	}
	if q.zone, _ = time.LoadLocation(p.Zone); q.zone == nil {
		q.zone = time.UTC
	}
	q.chat = &thread{
		id:     "a:1" + hostile(cfg.AppID+"/chat/"+p.ID, 36),
		kind:   personalChat,
		tenant: p.Tenant,
		owner:  q,
	}
	return q
}

// account is how activities write a person.
func (p *person) account() map[string]any {
	return map[string]any{"id": p.mri, "name": p.Name, "aadObjectId": p.ID}
}

// graphChat is the personal chat's id in Graph, which the connector accepts as well as its own
// (learn.microsoft.com/microsoftteams/platform/graph-api/proactive-bots-and-messages/graph-proactive-bots-and-messages).
func (s *Server) graphChat(p *person) string {
	return "19:" + p.ID + "_" + s.cfg.AppID + "@unq.gbl.spaces"
}

// givenName and surname split the display name, for rosters.
func (p *person) givenName() string {
	first, _, _ := strings.Cut(p.Name, " ")
	return first
}

func (p *person) surname() string {
	_, last, _ := strings.Cut(p.Name, " ")
	return last
}

// botAccount is how activities write the bot.
func (s *Server) botAccount() map[string]any {
	return map[string]any{"id": s.cfg.BotID, "name": s.cfg.BotName}
}

// personByKey finds a person by MRI, Entra object id or UPN.
func (s *Server) personByKey(key string) *person {
	if key == "" {
		return nil
	}
	for _, p := range s.people {
		if key == p.mri || strings.EqualFold(key, p.ID) || strings.EqualFold(key, p.UPN) {
			return p
		}
	}
	return nil
}

// MRI is the Teams id ("29:…") under which the bot sees the person; empty when
// nobody has that alias.
func (s *Server) MRI(alias string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, err := s.person(alias)
	if err != nil {
		return ""
	}
	return p.mri
}

// Block sets whether the person has blocked the bot.
func (s *Server) Block(alias string, blocked bool) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, err := s.person(alias)
	if err != nil {
		return err
	}
	p.Blocked = blocked
	return nil
}

// hostile derives a stable id of n bytes from a name and ends it in characters
// that must be escaped in a URL.
func hostile(name string, n int) string {
	sum := sha512.Sum512([]byte(name))
	return base64.StdEncoding.EncodeToString(sum[:n]) + "/+="
}
