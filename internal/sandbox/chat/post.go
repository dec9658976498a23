package chat

import "time"

// post is one message of a thread with all its versions.
type post struct {
	id       string
	thread   *thread
	from     *person // nil when the bot wrote it
	only     *person // who alone sees it; nil: all members
	versions []content
	private  map[*person]map[string]any // cards that an invoke's answer put in place for one person
	deleted  bool
	at       time.Time
}

// content is what one version of a message says.
type content struct {
	text      string
	card      map[string]any
	mentioned []string // aliases; an id where nobody is known by it
	offer     *offer   // a file that the bot would give
	suggested []string // lines that can be sent by a press
}

func (p *post) latest() content { return p.versions[len(p.versions)-1] }

// cardFor is the card as the person is shown it now.
func (p *post) cardFor(who *person) map[string]any {
	if card, ok := p.private[who]; ok {
		return card
	}
	return p.latest().card
}

// edit adds a version. Everybody sees it, whatever an earlier action had put in
// its place for one of them ([universal], "Up to date views").
func (p *post) edit(c content) {
	p.versions = append(p.versions, c)
	p.private = nil
}

// show replaces the card for one person only.
func (p *post) show(who *person, card map[string]any) {
	if p.private == nil {
		p.private = map[*person]map[string]any{}
	}
	p.private[who] = card
}

// sees says whether a person is shown the message.
func (p *post) sees(who *person) bool { return p.thread.holds(who) && (p.only == nil || p.only == who) }

// add appends a message to a thread. The caller holds the lock.
func (s *Server) add(id string, t *thread, from *person, c content) *post {
	p := &post{id: id, thread: t, from: from, versions: []content{c}, at: s.cfg.Now()}
	s.posts = append(s.posts, p)
	s.postByID[id] = p
	return p
}

// messageID is the id for a new message of the bot: in chats of two an opaque
// one, elsewhere a time in milliseconds, both as seen in the wild.
func (s *Server) messageID(t *thread) string {
	if t.kind == personalChat {
		return s.opaque("1:1")
	}
	return s.stamp()
}
