package graph

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"unicode"

	"calltab/internal/provision"
	"calltab/internal/provision/names"

	abstractions "github.com/microsoft/kiota-abstractions-go"
	"github.com/microsoftgraph/msgraph-sdk-go/users"
)

var searchPeople = call{op: "search people", service: ofPeople, permission: "User.Read.All"}

// searchPage is how many people are read at once: enough that among many whose names begin with a text is the one whose
// whole name it is. mostClauses is how many alternatives a $filter of the directory may have: a longer one is refused.
const (
	searchPage  = 25
	mostClauses = 15
)

// Search first asks with $filter, which reads the directory itself: by names and, if nobody fits, by addresses. At last
// it asks with $search, which finds words in the middle of a display name but reads an index that lags behind and needs
// ConsistencyLevel: eventual (https://learn.microsoft.com/graph/search-query-parameter). What each returns is compared
// with the name once more: the best come first. A text with an @ is a mail address, in full.
func (c *Client) Search(ctx context.Context, tenant provision.TenantID, text string,
	limit int) ([]provision.Person, error) {
	text = strings.TrimSpace(text)
	if text == "" || limit <= 0 {
		return nil, nil
	}
	params := users.UsersRequestBuilderGetQueryParameters{Select: personFields, Top: ptr(int32(searchPage))}
	if strings.Contains(text, "@") {
		params.Filter = ptr("mail eq " + quote(text))
		return c.list(ctx, tenant, params, limit, func(p provision.Person) names.Match {
			if strings.EqualFold(p.Mail, text) || strings.EqualFold(p.UPN, text) {
				return names.FullMatch
			}
			return names.NoMatch
		})
	}
	name := names.Read(text)
	if len(name.Words) == 0 {
		return nil, nil
	}
	params.Filter = ptr(byName(text, name.Words))
	found, err := c.list(ctx, tenant, params, limit, name.Match)
	if err != nil || len(found) > 0 {
		return found, err
	}
	if len(name.Words) > 1 {
		params.Filter = ptr(byAddress(name.Words))
		if found, err = c.list(ctx, tenant, params, limit, name.Match); err != nil || len(found) > 0 {
			return found, err
		}
	}
	params.Filter = nil
	params.Search = ptr(wordsOf(name.Words))
	params.Count = ptr(true)
	found, err = c.list(ctx, tenant, params, limit, name.Match)
	if err != nil {
		return nil, err
	}
	best := name.Best(found)
	if len(best) != 1 {
		return found, nil
	}
	// The index lags behind: the one whom the name means is read from the directory.
	i := slices.IndexFunc(found, func(p provision.Person) bool { return p.ID == best[0].ID })
	found[i], err = c.Person(ctx, tenant, string(best[0].ID))
	return found, err
}

// list reads people until so many fit, and returns the best.
func (c *Client) list(ctx context.Context, tenant provision.TenantID,
	params users.UsersRequestBuilderGetQueryParameters, limit int,
	match func(provision.Person) names.Match) ([]provision.Person, error) {
	read := func(from func(api) *users.UsersRequestBuilder,
		request *users.UsersRequestBuilderGetRequestConfiguration) (*list[userRecord], error) {
		return send(ctx, c, tenant, searchPeople, func(a api) (*list[userRecord], error) {
			info, err := from(a).ToGetRequestInformation(ctx, request)
			return fetch[list[userRecord]](ctx, a, info, err)
		})
	}
	headers := abstractions.NewRequestHeaders()
	if params.Search != nil {
		headers.Add("ConsistencyLevel", "eventual")
	}
	first, err := read(api.users,
		&users.UsersRequestBuilderGetRequestConfiguration{Headers: headers, QueryParameters: &params})
	if err != nil {
		return nil, err
	}
	var found []provision.Person
	err = pages(searchPeople, first, func(link string) (*list[userRecord], error) {
		return read(func(a api) *users.UsersRequestBuilder { return a.users().WithUrl(link) },
			&users.UsersRequestBuilderGetRequestConfiguration{Headers: headers})
	}, func(p *list[userRecord]) bool {
		for _, who := range people(p.Value) {
			if match(who) > names.NoMatch {
				found = append(found, who)
			}
		}
		return len(found) >= limit
	})
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(found, func(a, b provision.Person) int { return cmp.Compare(match(b), match(a)) })
	return found[:min(limit, len(found))], nil
}

// either is a $filter with a bounded number of alternatives, of which the first count most.
type either []string

func (e *either) add(clause string) {
	if !slices.Contains(*e, clause) && len(*e) < mostClauses {
		*e = append(*e, clause)
	}
}

// both adds people with such a given name and surname.
func (e *either) both(given, surname string) {
	if given != "" && surname != "" {
		e.add(starts("givenName", given) + " and " + starts("surname", surname))
	}
}

func (e either) filter() string { return strings.Join(e, " or ") }

// byName is a filter for people whom a name can mean. Graph compares without regard to case, and is not said
// to overlook accents or the shape of an apostrophe. So the name is asked for as typed, with the other
// apostrophe, and without accents.
func byName(text string, words []string) string {
	var e either
	if len(words) == 1 {
		byWord(&e, text, words[0])
		return e.filter()
	}
	typed := strings.FieldsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || r == ',' || r == ';' })
	first, last := words[0], words[len(words)-1]
	e.add(starts("displayName", text))
	for _, spelled := range []func(string) string{straight, curly, umlauts} {
		e.both(spelled(typed[0]), spelled(typed[len(typed)-1]))
		e.both(spelled(typed[len(typed)-1]), spelled(typed[0]))
	}
	e.both(first, words[1])
	plain, end := names.Plain(first), names.Plain(last)
	e.both(plain, end)
	e.both(end, plain)
	e.both(beforeYo(plain), beforeYo(end))
	e.both(beforeYo(end), beforeYo(plain))
	e.add(starts("surname", text))
	e.add(starts("givenName", text))
	return e.filter()
}

// byWord is byName for a single word. One in Chinese or Korean letters may be a surname of one letter or
// two with a given name.
func byWord(e *either, text, word string) {
	if letters := []rune(word); len(letters) <= 6 && unicode.In(letters[0], unicode.Han, unicode.Hangul) {
		for n := 1; n <= min(2, len(letters)-1); n++ {
			e.both(string(letters[n:]), string(letters[:n]))
		}
	}
	for _, w := range []string{text, straight(text), curly(text), word, names.Plain(word)} {
		for _, field := range []string{"displayName", "givenName", "surname"} {
			e.add(starts(field, w))
		}
		if w == text || w == straight(text) {
			e.add(starts("userPrincipalName", w))
			e.add(starts("mail", w))
		}
	}
}

// byAddress is a filter for people whose user name or mail address is made of a name, as companies make
// them, without accents.
func byAddress(words []string) string {
	var e either
	address := func(begin string) {
		e.add(starts("userPrincipalName", begin))
		e.add(starts("mail", begin))
	}
	var plain []string
	for _, w := range words {
		plain = append(plain, names.Plain(w))
	}
	// Which of the words are the given name is not known, nor which stand first.
	for given := 1; given < len(plain); given++ {
		one, rest := strings.Join(plain[:given], ""), strings.Join(plain[given:], "")
		address(one + "." + plain[given])
		address(rest + "." + plain[0])
		if given > 1 {
			address(strings.Join(plain[:given], "-") + "." + plain[given])
		}
		address(oneVowel(one) + "." + beforeDigraph(plain[given]))
	}
	first, last := plain[0], plain[len(plain)-1]
	address(oneVowel(last) + "." + beforeDigraph(first))
	address(initialOf(first) + last)
	address(first + last)
	return e.filter()
}

// digraphs are letters that are written as two where a keyboard lacks them, and what addresses may have in their place.
var digraphs = []string{"ae", "oe", "ue", "aa"}

func oneVowel(word string) string {
	for _, d := range digraphs {
		word = strings.ReplaceAll(word, d, d[:1])
	}
	return word
}

func beforeDigraph(word string) string {
	end := len(word)
	for _, d := range digraphs {
		if i := strings.Index(word, d); i >= 0 {
			end = min(end, i)
		}
	}
	return word[:end]
}

// umlauts writes what may be one letter as one.
func umlauts(word string) string {
	return strings.NewReplacer("ae", "ä", "oe", "ö", "ue", "ü", "Ae", "Ä", "Oe", "Ö", "Ue", "Ü").Replace(word)
}

// beforeYo is a Russian word up to the first letter that can be a ё, which most write as е.
func beforeYo(word string) string {
	begin, _, _ := strings.Cut(word, "е")
	return begin
}

func starts(field, text string) string { return "startswith(" + field + "," + quote(text) + ")" }

func initialOf(word string) string {
	for _, r := range word {
		return string(r)
	}
	return ""
}

// straight and curly give a text the one or the other apostrophe.
func straight(text string) string { return strings.ReplaceAll(text, "’", "'") }
func curly(text string) string    { return strings.ReplaceAll(text, "'", "’") }

// wordsOf is a $search for display names that have all of the words, as typed or without their accents.
func wordsOf(words []string) string {
	all := func(spelled func(string) string) string {
		var clauses []string
		for _, w := range words {
			if w = spelled(w); len(w) > 1 || len(words) == 1 {
				clauses = append(clauses, `"displayName:`+w+`"`)
			}
		}
		return strings.Join(clauses, " AND ")
	}
	typed := all(func(w string) string { return w })
	plain := all(names.Plain)
	if strings.EqualFold(typed, plain) {
		return typed
	}
	return "(" + typed + ") OR (" + plain + ")"
}
