package outbox

import (
	"context"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"time"

	"calltab/internal/bot/chats"
	"calltab/internal/bot/outbox/doubt"
	"calltab/internal/bot/text"
	"calltab/internal/provision"
	"calltab/internal/provision/job"
)

// After a long outage people get the card as it is now and what they must know, not everything that was said meanwhile.
// What could not be delivered for half an hour moves from its own job to one list for its chat, and so does what
// follows it there. One job brings the list, in at most mostLate messages, more only for carriers' links: of each order
// the newest that still holds, of answers to what a person wrote the newest.

// kindLate is the job that brings the list. It is persisted: never rename it.
const kindLate = "catch-up"

const (
	lateAfter = 30 * time.Minute
	mostLate  = 3
	lateLines = 12  // of a message that says several things: what a person reads
	longLine  = 200 // characters of one of them; Teams takes about 28 KB a message
)

// lateItem is one message that came too late: a notice or a reply. It is persisted.
type lateItem struct {
	At     time.Time      `json:"at"`
	Notice *notice        `json:"notice,omitempty"`
	Reply  *DeferredReply `json:"reply,omitempty"`
}

// chat is where the message belongs.
func (i lateItem) chat() chats.Conversation {
	switch {
	case i.Notice != nil:
		return i.Notice.Chat
	case i.Reply != nil:
		return i.Reply.To
	}
	return chats.Conversation{}
}

// keyed is an item with its key.
type keyed struct {
	key string
	lateItem
}

// late reports whether a message of a chat belongs on its list: it has waited long enough, or others are there already.
func (b *Outbox) late(tx provision.Tx, chat chats.Conversation, waited time.Duration) bool {
	if waited >= lateAfter {
		return true
	}
	for range tx.Scan(chats.TableLate, chats.ConversationKey(chat)+"/", "") {
		return true
	}
	return false
}

// putLate puts a message on the list of a chat.
func (b *Outbox) putLate(tx provision.Tx, chat chats.Conversation, name string, item lateItem) error {
	key := chats.ConversationKey(chat)
	at := strconv.FormatInt(item.At.UnixNano(), 10)
	if err := chats.Put(tx, chats.TableLate, key+"/"+at+"/"+name, item); err != nil {
		return err
	}
	return b.Runner.Add(tx, kindLate, key, chat, b.Now())
}

// moveLate moves a message to the list of its chat, and with it ends its own job, where err is the weather's. handled
// is false where the job has to go on by itself.
func (b *Outbox) moveLate(
	ctx context.Context, r *job.Run, chat chats.Conversation, item lateItem, err error,
) (handled bool, _ error) {
	if chats.Reason(err) != chats.Busy || chat.ID == "" || chat.Scope != chats.Personal {
		return false, nil
	}
	e := b.Store.View(ctx, func(tx provision.Tx) error {
		handled = b.late(tx, chat, r.Now().Sub(r.Since()))
		return nil
	})
	if e != nil || !handled {
		return false, e
	}
	r.Commit(func(tx provision.Tx) error { return b.putLate(tx, chat, r.Kind()+"/"+r.Key(), item) })
	return true, nil
}

// catchUp is the step that brings the list of a chat.
func (b *Outbox) catchUp(ctx context.Context, r *job.Run) error {
	var chat chats.Conversation
	if err := r.Load(&chat); err != nil {
		return job.Stop(err)
	}
	all, err := b.lateItems(ctx, r.Key())
	if err != nil || len(all) == 0 {
		return err
	}
	chat, how, person, err := b.reach(ctx, chat)
	if err != nil {
		return err
	}
	kept, passed, err := b.stillNews(ctx, all, chats.Reader{Locale: how.Locale, Zone: how.Zone}, chat, person)
	if err != nil {
		return err
	}
	if err := b.dropLate(ctx, r, passed); err != nil {
		return err
	}
	kept = shortened(kept)
	for _, m := range kept {
		if err := b.bring(ctx, r, chat, how, m); err != nil {
			return err
		}
	}
	return nil
}

func (b *Outbox) lateItems(ctx context.Context, key string) (all []keyed, err error) {
	err = b.Store.View(ctx, func(tx provision.Tx) error {
		all = nil
		for k, raw := range tx.Scan(chats.TableLate, key+"/", "") {
			var item lateItem
			if err := chats.Decode(raw, &item); err != nil {
				return err
			}
			all = append(all, keyed{k, item})
		}
		return nil
	})
	slices.SortStableFunc(all, func(a, b keyed) int { return a.At.Compare(b.At) })
	return all, err
}

func (b *Outbox) dropLate(ctx context.Context, r *job.Run, keys []string) error {
	if len(keys) == 0 {
		return nil
	}
	return r.Checkpoint(ctx, func(tx provision.Tx) error {
		for _, key := range keys {
			tx.Delete(chats.TableLate, key)
		}
		return nil
	})
}

// lateMessage is one message of the list: its card, and when there are too many, the lines of several.
type lateMessage struct {
	rank    int
	from    []keyed
	message chats.Outgoing
	lines   []string
	about   chats.About
	say     bool // as lines
}

func (m *lateMessage) join(other lateMessage) {
	m.from = append(m.from, other.from...)
	m.lines = append(m.lines, other.lines...)
}

// shortened joins the least urgent messages into one of lines, so that there are at most mostLate. A carrier's link
// comes in a message of its own however many there are: a line does not hold it.
func shortened(kept []lateMessage) []lateMessage {
	links := 0
	for _, m := range kept {
		if m.rank == rankLink {
			links++
		}
	}
	most := max(mostLate, links+1)
	if len(kept) <= most {
		return kept
	}
	last := &kept[most-1]
	for _, m := range kept[most:] {
		last.join(m)
	}
	last.say = true
	return kept[:most]
}

// stillNews makes the messages of what still holds, the most urgent first, and names the keys of what does not.
func (b *Outbox) stillNews(
	ctx context.Context, all []keyed, how chats.Reader, chat chats.Conversation, person provision.UserID,
) (kept []lateMessage, passed []string, err error) {
	seen := map[string]bool{}
	ordered := slices.Clone(all) // replies first: an order's notice says more than an answer about it
	slices.SortStableFunc(ordered, func(a, b keyed) int {
		switch {
		case a.Reply != nil && b.Reply == nil:
			return -1
		case a.Reply == nil && b.Reply != nil:
			return 1
		}
		return 0
	})
	for _, item := range slices.Backward(ordered) { // the newest of each
		m, subject, err := b.lateMessage(ctx, item, how, chat, person)
		if err != nil {
			return nil, nil, err
		}
		if subject == "" || seen[subject] {
			passed = append(passed, item.key)
			continue
		}
		seen[subject] = true
		kept = append(kept, m)
	}
	slices.Reverse(kept)
	slices.SortStableFunc(kept, func(a, b lateMessage) int { return a.rank - b.rank })
	return kept, passed, nil
}

// The ranks of what came late: what only its person can use, what waits for them, what they wait for, and their own
// talk.
const (
	rankLink = iota
	rankPhone
	rankDecision
	rankNews
	rankReply
)

// lateMessage draws an item as things are now. subject is what it is about: of each subject the newest is enough. It is
// empty for what does not hold any more.
func (b *Outbox) lateMessage(
	ctx context.Context, item keyed, how chats.Reader, chat chats.Conversation, person provision.UserID,
) (m lateMessage, subject string, err error) {
	m = lateMessage{rank: rankReply, from: []keyed{item}}
	if p := item.Reply; p != nil && p.About.Order == "" {
		m.message = chats.Outgoing{Text: p.Text, Card: p.Card, Summary: p.Summary}
		m.lines = []string{p.Summary + p.Text}
		return m, "reply", nil
	}
	order := item.order()
	s, err := b.sheetOf(ctx, chat.Tenant, order, item.Notice)
	if provision.KindOf(err) == provision.NotFound {
		return m, "", nil
	}
	if err != nil {
		return m, "", err
	}
	if n := item.Notice; n != nil {
		quiet, err := b.keptBack(ctx, n)
		if err != nil || quiet {
			return m, "", err
		}
		if passed, err := b.passed(ctx, n, s.Order); err != nil || passed {
			return m, "", err
		}
		if s, err = b.fitted(ctx, n, s); err != nil {
			return m, "", err
		}
		m.message = b.outgoing(b.Writer(how, s.Location), n, s)
		subject = "order " + string(order)
		switch {
		case n.Link != "":
			m.rank, subject = rankLink, "link "+string(order)
		case n.To == newUser:
			m.rank, subject = rankPhone, "phone "+string(order)
		case n.Bulk != "":
			m.rank, subject = rankDecision, n.ofBulk()
		case n.To == approver:
			m.rank = rankDecision
		default:
			m.rank = rankNews
		}
		if of, card := n.shows(s); card {
			m.about.Role = of
		}
	} else {
		m.about.Role = item.Reply.About.Role
		there, err := b.Posted(ctx, OrderRef{chat.Tenant, order})
		if err != nil {
			return m, "", err
		}
		if there.Has(chat, m.about.Role) {
			return m, "", nil // that card is kept true
		}
		drawn := b.Render(how, s, m.about.Role, person)
		m.message = chats.Outgoing{Card: drawn.Card, Summary: drawn.Summary}
		subject = "order " + string(order)
	}
	m.about.Order, m.about.Revision = order, s.Order.Revision
	m.lines = []string{m.message.Summary}
	return m, subject, nil
}

func (i lateItem) order() provision.OrderID {
	if i.Notice != nil {
		return i.Notice.Order
	}
	return i.Reply.About.Order
}

// bring sends one message of the list and takes from it what the message told, before the next one is sent.
func (b *Outbox) bring(
	ctx context.Context, r *job.Run, chat chats.Conversation, how chats.Reader, m lateMessage,
) error {
	out := m.message
	if m.say {
		out = chats.Outgoing{Text: lateText(b.Words.For(how.Locale), m.lines)}
	}
	id, err := b.mail.Post(ctx, chat, out)
	if err != nil && chats.Reason(err) == chats.Busy {
		return err
	}
	if err != nil {
		b.Log.Warn("late message not delivered", slog.Any(logError, err))
	}
	told := err == nil
	return r.Checkpoint(ctx, func(tx provision.Tx) error {
		for _, item := range m.from {
			tx.Delete(chats.TableLate, item.key)
			if err := b.lateEnds(tx, chat, item, told); err != nil {
				return err
			}
		}
		if !told || m.say || m.about.Order == "" || m.about.Role == "" {
			return nil
		}
		if err := chats.Remember(tx, chats.Sent{To: chat, Activity: id, About: m.about}); err != nil {
			return err
		}
		ref := OrderRef{chat.Tenant, m.about.Order}
		return b.Runner.Add(tx, kindEdit, chats.OrderKey(ref.Tenant, ref.Order), ref, b.Now())
	})
}

// lateEnds notes what came of an item, the same whether it was sent alone or as a line among others.
func (b *Outbox) lateEnds(tx provision.Tx, chat chats.Conversation, item keyed, told bool) error {
	n := item.Notice
	switch {
	case n == nil:
		return nil
	case !told:
		return b.handBack(tx, *n)
	}
	if err := b.askedAnew(tx, *n); err != nil || n.Met {
		return err
	}
	return chats.LearnChat(tx, chat, n.User)
}

// lateText says several things in one message that is short enough for Teams and for a person, the most urgent first.
func lateText(w *text.Words, lines []string) string {
	said := make([]string, 0, lateLines)
	for _, line := range lines[:min(len(lines), lateLines)] {
		if all := []rune(line); len(all) > longLine {
			line = string(all[:longLine-1]) + "…"
		}
		said = append(said, line)
	}
	joined := strings.Join(said, " · ")
	if more := len(lines) - len(said); more > 0 {
		return w.Say("late-lines-more", "lines", joined, "count", strconv.Itoa(more))
	}
	return w.Say("late-lines", "lines", joined)
}

// handBack gives a notice that its chat does not take a job of its own again, which finds another way or gives it up.
func (b *Outbox) handBack(tx provision.Tx, n notice) error {
	n.Chat = chats.Conversation{}
	n.Met = false
	n.Doubt = doubt.Doubt{}
	key := chats.OrderKey(n.Tenant, n.Order) + "/again/" + string(n.Event) + "/" + string(n.To) + "/" + string(n.User)
	return b.Runner.Add(tx, kindTell, key, n, b.Now())
}

// Lists reports whether jobs of a kind bring what [Late] counts.
func Lists(kind string) bool { return kind == kindLate }
