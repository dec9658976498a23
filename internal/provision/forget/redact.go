package forget

import (
	"bytes"
	"encoding/base64"
	"iter"
	"strings"
	"unicode/utf8"

	"calltab/internal/provision"
	"calltab/internal/provision/record"
)

// Redaction is who is forgotten, and what they are found by.
type Redaction struct {
	Tenant provision.TenantID
	people map[provision.UserID]bool
	wide   terms // looked for in every text
	parts  terms // single words of their names, looked for where a record is about them, or about nobody known
	// the orders whose person they are, and those in which they have another part
	about, involved map[provision.OrderID]bool
	lists           map[provision.BulkID]bool // that they wrote
	known           []provision.Person        // their names, for one who goes on later
}

func redactionOf(tenant provision.TenantID) *Redaction {
	return &Redaction{Tenant: tenant, people: map[provision.UserID]bool{}, about: map[provision.OrderID]bool{},
		involved: map[provision.OrderID]bool{}, lists: map[provision.BulkID]bool{}}
}

// Is reports whether a user is forgotten.
func (r *Redaction) Is(user provision.UserID) bool { return r.people[user] }

// The members of an object with a person's id that are that person's.
var (
	nameMembers  = set("name", "display_name")
	bookMembers  = set("upn", "mail", "given_name", "surname", "city", "office", "mobile", "usage_location")
	bookLists    = set("phones", "plans", "skus")
	wordMembers  = set("why", "reason", "line")          // what people wrote
	typedMembers = set("query", "given_name", "surname") // whom a form is for, as it was typed
	// of others, where names can stand: what a person wrote, and what a job failed with
	textMembers = set("why", "reason", "line", "note", "name", "failure", "cause", "query", "given_name", "surname")
	// the arguments of a message that are no text
	idArguments = set("order", "number", "count", "most", "location", "plan", "since", "when", "days")
)

func set(names ...string) map[string]bool {
	all := map[string]bool{}
	for _, n := range names {
		all[n] = true
	}
	return all
}

// Clean is a record without what is the person's: JSON, without what leads it. It is nil where nothing has to change.
func (r *Redaction) Clean(raw []byte) ([]byte, error) {
	n, err := parse(raw)
	if err != nil {
		return nil, err
	}
	c := cleaning{Redaction: r, spared: r.namesake(n) && !r.within(n)}
	c.object(n, r.concerns(n))
	if !c.changed {
		return nil, nil
	}
	return n.write(nil), nil
}

// concerns reports whether a record is about one of their phones: an order, or the row of a list.
func (r *Redaction) concerns(n *node) bool {
	if r.is(n.get("person")) || r.is(n.get("draft").get("person")) || n.get("line") != nil && r.is(n) {
		return true
	}
	return r.about[provision.OrderID(n.at("order"))]
}

func (r *Redaction) is(n *node) bool { return n != nil && r.people[idOf(n)] }

// idOf is the person that an object is of; empty where it is of none.
func idOf(n *node) provision.UserID {
	for _, name := range []string{"id", "user"} {
		if id := n.at(name); provision.IsGUID(id) {
			return provision.UserID(id)
		}
	}
	return ""
}

// within reports whether a record has an object of the person, or a message that names them by id.
func (r *Redaction) within(n *node) bool {
	return r.any(n, func(of *node, id provision.UserID) bool {
		found := r.people[id]
		for named := range of.saysOf() {
			found = found || r.people[named]
		}
		return found
	})
}

// saysOf are the people whom the arguments of a message name, with their names: "person" beside "person_id".
func (n *node) saysOf() iter.Seq2[provision.UserID, string] {
	return func(yield func(provision.UserID, string) bool) {
		for _, m := range n.members {
			of, is := strings.CutSuffix(m.name, record.IDArgument)
			if is && provision.IsGUID(m.value.text) && !yield(provision.UserID(m.value.text), n.at(of)) {
				return
			}
		}
	}
}

// namesake reports whether a record has an object of another person who is called as they are.
func (r *Redaction) namesake(n *node) bool {
	return r.any(n, func(of *node, id provision.UserID) bool {
		return id != "" && !r.people[id] && (r.wide.in(of.at("name")) || r.wide.in(of.at("display_name")))
	})
}

func (r *Redaction) any(n *node, is func(of *node, id provision.UserID) bool) bool {
	if n.kind == '{' && is(n, idOf(n)) {
		return true
	}
	for _, v := range n.list {
		if r.any(v, is) {
			return true
		}
	}
	for _, m := range n.members {
		if r.any(m.value, is) {
			return true
		}
	}
	return false
}

// cleaning is one record being changed.
type cleaning struct {
	*Redaction
	spared  bool // its texts speak of a namesake
	changed bool
}

func (c *cleaning) set(n *node, text string) {
	if n.text != text {
		n.text, c.changed = text, true
	}
}

// object takes out of an object what is the person's. concerned: it belongs to a record about one of their phones.
func (c *cleaning) object(n *node, concerned bool) {
	for _, v := range n.list {
		c.object(v, concerned)
	}
	if n.kind != '{' {
		return
	}
	id := idOf(n)
	mine := c.people[id]
	words := concerned || c.is(n.get("by")) || c.is(n.get("requester"))
	nobody := n.get("person") != nil && n.get("person").at("id") == "" || n.get("draft") == nil && n.at("order") == ""
	kept := n.members[:0]
	for _, m := range n.members {
		if mine && bookLists[m.name] && len(m.value.list) > 0 {
			c.changed = true
			continue
		}
		kept = append(kept, m)
		switch {
		case m.name == "args":
			c.arguments(m.value, concerned)
		case m.value.kind != '"':
			c.object(m.value, concerned)
		case m.value.text == "" || m.value.text == Name || m.value.text == Words:
		case mine && nameMembers[m.name]:
			c.set(m.value, Name)
		case mine && bookMembers[m.name]:
			c.set(m.value, "")
		case words && wordMembers[m.name]:
			c.set(m.value, Words)
		case concerned && typedMembers[m.name] && id == "":
			c.set(m.value, "")
		case concerned && m.name == "name" && id == "" && n.get("line") != nil: // of a row
			c.set(m.value, Name)
		case words && m.name == "query":
			c.set(m.value, "")
		case nobody && m.name == "query" && c.parts.in(m.value.text):
			c.set(m.value, "")
		case nobody && m.name == "line" && n.at("state") != "new" && c.parts.in(m.value.text):
			c.set(m.value, Words)
		case textMembers[m.name] && (id == "" || !nameMembers[m.name] && !bookMembers[m.name]):
			c.sweep(m.value, concerned)
		}
	}
	n.members = kept
}

// arguments takes their names out of the arguments of a message.
func (c *cleaning) arguments(n *node, concerned bool) {
	for _, m := range n.members {
		switch {
		case m.value.kind != '"' || idArguments[m.name]:
		case c.people[provision.UserID(n.at(m.name+record.IDArgument))]:
			c.set(m.value, Name)
		default:
			c.sweep(m.value, concerned)
		}
	}
}

// sweep takes their names out of a text.
func (c *cleaning) sweep(n *node, concerned bool) {
	if after, found := c.wide.without(n.text); found && !c.spared {
		c.set(n, after)
	}
	if after, found := c.parts.without(n.text); concerned && found {
		c.set(n, after)
	}
}

// Mentions reports whether anything in a record names them, or is an order in which they have a part: what cards show.
func (r *Redaction) Mentions(raw []byte) bool {
	n, err := parse(raw)
	return err == nil && r.mentions(n)
}

func (r *Redaction) mentions(n *node) bool {
	for _, v := range n.list {
		if r.mentions(v) {
			return true
		}
	}
	for _, m := range n.members {
		if r.mentions(m.value) {
			return true
		}
	}
	if n.kind != '"' {
		return false
	}
	if r.people[provision.UserID(n.text)] || r.wide.in(n.text) {
		return true
	}
	for _, w := range strings.FieldsFunc(n.text, func(c rune) bool { return strings.ContainsRune(" ,.;:()/", c) }) {
		if r.about[provision.OrderID(w)] || r.involved[provision.OrderID(w)] {
			return true
		}
	}
	return false
}

// hides reports whether the file of a batch names them, or cannot be searched: a workbook is packed, and PowerShell
// writes UTF-16, half of which is zeros.
func (r *Redaction) hides(file string) bool {
	if file == "" {
		return false
	}
	raw, err := base64.StdEncoding.DecodeString(file)
	if err != nil || bytes.HasPrefix(raw, []byte("PK")) || bytes.IndexByte(raw, 0) >= 0 || !utf8.Valid(raw) {
		return true
	}
	return r.wide.in(string(raw))
}
