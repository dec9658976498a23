package chat

import "strings"

// kind is the conversationType of an activity.
type kind string

const (
	personalChat kind = "personal"
	groupChat    kind = "groupChat"
	teamChannel  kind = "channel"
)

// thread is one conversation as the connector counts them: a chat, a channel,
// or one post of a channel with its replies.
type thread struct {
	id     string
	kind   kind
	tenant string
	owner  *person // of a personal chat
	root   string  // id of the channel post that this is the thread of
}

func newGroup(cfg Config) *thread {
	return &thread{id: "19:" + plain(cfg.AppID+"/group") + "@thread.v2", kind: groupChat, tenant: cfg.Tenant}
}

func newChannel(cfg Config) *thread {
	return &thread{id: "19:" + plain(cfg.AppID+"/channel") + "@thread.tacv2", kind: teamChannel, tenant: cfg.Tenant}
}

// plain derives 24 characters that need no escaping.
func plain(name string) string {
	return strings.NewReplacer("+", "x", "/", "y", "=", "").Replace(hostile(name, 18))
}

// GroupChat is the conversation id of the group chat in which the whole tenant
// sits; Channel that of the team channel.
func (s *Server) GroupChat() string { return s.group.id }

// Channel is the id of the team channel. A thread in it has the id
// "<channel>;messageid=<first message>".
func (s *Server) Channel() string { return s.channel.id }

// teamID is the team's id, which is also its General channel's.
func (s *Server) teamID() string {
	return "19:" + plain(s.cfg.AppID+"/team") + "@thread.tacv2"
}

// reply is the thread of a channel post.
func (t *thread) reply(root string) *thread {
	return &thread{id: t.id + ";messageid=" + root, kind: t.kind, tenant: t.tenant, root: root}
}

// holds says whether the person takes part.
func (t *thread) holds(p *person) bool {
	if t.owner != nil {
		return t.owner == p
	}
	return p.Tenant == t.tenant
}

// conversation is how activities write the thread.
func (t *thread) conversation() map[string]any {
	c := map[string]any{"conversationType": string(t.kind), "tenantId": t.tenant, "id": t.id}
	if t.kind != personalChat {
		c["isGroup"] = true
	}
	return c
}

// channelData is what Teams adds for the thread.
func (s *Server) channelData(t *thread) map[string]any {
	d := map[string]any{"tenant": map[string]any{"id": t.tenant}}
	if t.kind == teamChannel {
		d["teamsChannelId"] = s.channel.id
		d["teamsTeamId"] = s.teamID()
		d["channel"] = map[string]any{"id": s.channel.id}
		d["team"] = map[string]any{"id": s.teamID()}
	}
	return d
}

// thread finds a conversation by id; nil when there is none. The caller holds
// the lock.
func (s *Server) thread(id string) *thread {
	for _, p := range s.people {
		if id == p.chat.id || id == s.graphChat(p) {
			return p.chat
		}
	}
	if id == s.group.id {
		return s.group
	}
	base, root, isReply := strings.Cut(id, ";messageid=")
	if base != s.channel.id {
		return nil
	}
	if !isReply {
		return s.channel
	}
	if first := s.postByID[root]; first == nil || first.thread.root != root {
		return nil
	}
	return s.channel.reply(root)
}

// members are the people of a thread, in the order of Config.People.
func (s *Server) members(t *thread) []*person {
	var all []*person
	for _, p := range s.people {
		if t.holds(p) {
			all = append(all, p)
		}
	}
	return all
}

// barred says why the bot may not write into a personal chat; nil when it may.
// Never installed is a roster matter ([status]); blocked or removed answers the
// sub-code MessageWritesBlocked ([proactive], "if the bot is blocked or
// uninstalled").
func (t *thread) barred() *refusal {
	switch p := t.owner; {
	case p == nil:
		return nil
	case !p.opened:
		return notInRoster()
	case p.Blocked || !p.Installed:
		return writesBlocked()
	}
	return nil
}
