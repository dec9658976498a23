package graph

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// query holds the OData options of a request
// (https://learn.microsoft.com/graph/query-parameters).
type query struct {
	values   url.Values
	filter   filter
	fields   []string // $select
	top      int      // 0 when not given
	skip     int
	count    bool
	eventual bool // ConsistencyLevel: eventual
	newEnums bool // Prefer: include-unknown-enum-members
}

var options = []string{"$select", "$filter", "$search", "$top", "$skip", "$skiptoken", "$deltatoken", "$count",
	"$expand", "$orderby", "$format"}

func parseQuery(r *http.Request) (query, *problem) {
	raw, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return query{}, badRequest("The query string cannot be read.")
	}
	q := query{values: url.Values{},
		eventual: strings.EqualFold(r.Header.Get("ConsistencyLevel"), "eventual"),
		newEnums: strings.Contains(strings.ToLower(r.Header.Get("Prefer")), "include-unknown-enum-members")}
	for name, v := range raw {
		lower := strings.ToLower(name) // Microsoft's pages write $top and $Top
		if strings.HasPrefix(lower, "$") && !slices.Contains(options, lower) {
			return query{}, badRequest("The query parameter '%s' is not supported.", name)
		}
		q.values[lower] = v
	}
	var bad *problem
	if q.filter, bad = parseFilter(q.values.Get("$filter")); bad != nil {
		return query{}, bad
	}
	for name := range strings.SplitSeq(q.values.Get("$select"), ",") {
		if name = strings.TrimSpace(name); name != "" {
			q.fields = append(q.fields, name)
		}
	}
	q.count = q.values.Get("$count") == "true"
	if q.top, bad = q.number("$top", 1); bad != nil {
		return query{}, bad
	}
	q.skip, bad = q.number("$skip", 0)
	return q, bad
}

func (q query) number(name string, least int) (int, *problem) {
	text := q.values.Get(name)
	if text == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < least {
		return 0, badRequest("Invalid value '%s' for %s query option found.", text, name)
	}
	return n, nil
}

// page cuts one page out of the list and gives it the form of a collection. A further
// page is asked for by the opaque $skiptoken in @odata.nextLink.
func (c *call) page(list []record, size int) (reply, error) {
	start, bad := c.offset(len(list))
	if bad != nil {
		return reply{}, bad
	}
	if c.query.top > 0 {
		size = c.query.top
	}
	end := min(start+size, len(list))
	out := record{"@odata.context": c.context(), "value": list[start:end]}
	if c.query.count {
		out["@odata.count"] = len(list)
	}
	if end < len(list) {
		out["@odata.nextLink"] = c.next("$skiptoken", skipToken(end))
	}
	return ok(out)
}

// walk cuts a page out of a long list of n things without looking at all of them: get
// returns the i-th one, and whether it belongs to the answer. Tokens are as for page.
func (c *call) walk(n, size int, get func(i int) (record, bool)) (reply, error) {
	at, bad := c.offset(n)
	if bad != nil {
		return reply{}, bad
	}
	if c.query.top > 0 {
		size = c.query.top
	}
	list := []record{}
	for ; at < n && len(list) < size; at++ {
		if rec, in := get(at); in {
			list = append(list, rec)
		}
	}
	out := record{"@odata.context": c.context(), "value": list}
	if at < n {
		out["@odata.nextLink"] = c.next("$skiptoken", skipToken(at))
	}
	return ok(out)
}

// offset reads where the page begins that $skiptoken asks for.
func (c *call) offset(n int) (int, *problem) {
	token := c.query.values.Get("$skiptoken")
	if token == "" {
		return 0, nil
	}
	plain, err := base64.RawURLEncoding.DecodeString(token)
	if err == nil {
		var at int
		if at, err = strconv.Atoi(strings.TrimPrefix(string(plain), "page from ")); err == nil && at >= 0 && at <= n {
			return at, nil
		}
	}
	return 0, badRequest("Skip token is not valid.")
}

func skipToken(at int) string {
	return base64.RawURLEncoding.EncodeToString([]byte("page from " + strconv.Itoa(at)))
}

// next returns the address of this request with one option replaced.
func (c *call) next(name, value string) string {
	v := url.Values{}
	for k, old := range c.query.values {
		v[k] = old
	}
	v.Set(name, value)
	return strings.TrimSuffix(c.base, prefix) + c.r.URL.EscapedPath() + "?" + v.Encode()
}

func (c *call) context() string {
	return c.base + "/$metadata#" + strings.TrimPrefix(c.r.URL.EscapedPath(), prefix+"/")
}

// pick returns the record with the named properties only, or whole when none are named.
func pick(r record, names []string) record {
	if len(names) == 0 {
		return r
	}
	out := record{}
	for _, n := range names {
		if v, there := r[n]; there {
			out[n] = v
		}
	}
	return out
}

// known returns a problem when a named property is not among the kind's.
func known(kind string, properties, names []string) *problem {
	for _, n := range names {
		if !slices.Contains(properties, n) {
			return noProperty(n, kind)
		}
	}
	return nil
}
