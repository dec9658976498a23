package routes

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"calltab/internal/provision"
)

// ErrUnreadable is that an answer is no snapshot, or one without voice routing policies or voice routes.
var ErrUnreadable = errors.New("not a snapshot that can be read")

// deepest is how often an answer may be wrapped in "value".
const deepest = 2

// answer is a snapshot as Microsoft's answers have it: the page shows "resources", tools that read tenants in the field
// know "configurationItems" too, and other answers of Graph were seen wrapped in "value". encoding/json takes names in
// any case.
type answer struct {
	Resources          []resource      `json:"resources"`
	ConfigurationItems []resource      `json:"configurationItems"`
	Value              json.RawMessage `json:"value"`
}

type resource struct {
	ResourceType string          `json:"resourceType"`
	Type         string          `json:"type"`
	DisplayName  string          `json:"displayName"`
	Properties   json.RawMessage `json:"properties"`
	Data         json.RawMessage `json:"data"`
}

// Parse reads a snapshot. Property names are taken in any case, properties as an object or as one in a string, lists
// also where they are a single text, and yes and no as words too. What cannot be read at all is ErrUnreadable, and so is
// what has no voice routing policy or no voice route: half a reading would say of policies that they are gone.
func Parse(body []byte) (Snapshot, error) {
	all, err := resources(body, 0)
	if err != nil {
		return Snapshot{}, fmt.Errorf("%w: %w", ErrUnreadable, err)
	}
	var s Snapshot
	var known []string
	var ways []route
	for _, r := range all {
		p, err := r.read()
		if err != nil {
			return Snapshot{}, fmt.Errorf("%w: %s: %w", ErrUnreadable, r.kind(), err)
		}
		if strings.EqualFold(p.text("ensure"), "Absent") {
			continue
		}
		switch r.kind() {
		case voicePolicies:
			s.Voice = append(s.Voice, Voice{Name: p.name, Usages: unique(p.list("onlinepstnusages"))})
		case usages:
			known = append(known, p.name)
		case voiceRoutes:
			ways = append(ways, route{p.list("onlinepstnusages"), p.list("onlinepstngatewaylist")})
		case dialPlans:
			s.Dial = append(s.Dial, p.name)
		case callingPolicies:
			s.Calling = append(s.Calling, Calling{Name: p.name, Off: p.no("allowprivatecalling")})
		}
		if p.wrong != nil {
			return Snapshot{}, fmt.Errorf("%w: %s: %w", ErrUnreadable, r.kind(), p.wrong)
		}
	}
	if len(s.Voice) == 0 || len(ways) == 0 {
		return Snapshot{}, fmt.Errorf("%w: %d voice routing policies, %d voice routes", ErrUnreadable, len(s.Voice), len(ways))
	}
	for i := range s.Voice {
		s.Voice[i].leads(known, ways)
	}
	s.tidy()
	return s, nil
}

// tidy sorts everything by name, so that two readings of the same are the same.
func (s *Snapshot) tidy() {
	slices.SortStableFunc(s.Voice, func(a, b Voice) int { return byName(a.Name, b.Name) })
	slices.SortStableFunc(s.Calling, func(a, b Calling) int { return byName(a.Name, b.Name) })
	s.Voice = slices.CompactFunc(s.Voice, func(a, b Voice) bool { return strings.EqualFold(a.Name, b.Name) })
	s.Calling = slices.CompactFunc(s.Calling, func(a, b Calling) bool { return strings.EqualFold(a.Name, b.Name) })
	s.Dial = unique(s.Dial)
}

func resources(body []byte, depth int) ([]resource, error) {
	if first(body) == '[' && depth > 0 {
		var all []resource
		err := json.Unmarshal(body, &all)
		return all, err
	}
	var a answer
	if err := json.Unmarshal(body, &a); err != nil {
		return nil, err
	}
	all := slices.Concat(a.Resources, a.ConfigurationItems)
	if len(all) > 0 || len(a.Value) == 0 || depth == deepest {
		return all, nil
	}
	return resources(a.Value, depth+1)
}

func first(raw []byte) byte {
	for _, c := range raw {
		if !strings.ContainsRune(" \t\r\n", rune(c)) {
			return c
		}
	}
	return 0
}

func (r resource) kind() string {
	if r.ResourceType != "" {
		return strings.ToLower(r.ResourceType)
	}
	return strings.ToLower(r.Type)
}

// properties are those of one resource, by their names in small letters.
type properties struct {
	name   string
	values map[string]json.RawMessage
	wrong  error // the first that could not be read
}

// read reads the properties of a resource of ours; of others nothing is asked.
func (r resource) read() (*properties, error) {
	p := &properties{values: map[string]json.RawMessage{}}
	if !slices.Contains(Resources(), r.kind()) {
		return p, nil
	}
	raw := r.Properties
	if len(raw) == 0 {
		raw = r.Data
	}
	if first(raw) == '"' {
		var inside string
		if err := json.Unmarshal(raw, &inside); err != nil {
			return nil, err
		}
		raw = []byte(inside)
	}
	var values map[string]json.RawMessage
	if err := json.Unmarshal(raw, &values); err != nil {
		return nil, err
	}
	for name, v := range values {
		p.values[strings.ToLower(name)] = v
	}
	for _, key := range []string{"identity", "usage", "name"} {
		if p.name == "" {
			p.name = provision.PolicyName(p.text(key))
		}
	}
	if p.name == "" { // TeamsVoiceRoutingPolicy-Metered
		_, after, _ := strings.Cut(r.DisplayName, "-")
		p.name = provision.PolicyName(after)
	}
	if p.name == "" {
		return nil, errors.New("a resource without a name")
	}
	return p, nil
}

// text is a property that is a text; empty where it is something else.
func (p *properties) text(name string) string {
	var s string
	if json.Unmarshal(p.values[name], &s) != nil {
		return ""
	}
	return s
}

// list is a property that is a list of names.
func (p *properties) list(name string) []string {
	raw := p.values[name]
	if len(raw) == 0 {
		return nil
	}
	var all []*string
	if first(raw) == '"' {
		all = []*string{new(string)}
		*all[0] = p.text(name)
	} else if err := json.Unmarshal(raw, &all); err != nil {
		p.wrong = fmt.Errorf("%s: %w", name, err)
		return nil
	}
	var names []string
	for _, s := range all {
		if s == nil {
			continue
		}
		if n := provision.PolicyName(*s); n != "" {
			names = append(names, n)
		}
	}
	return names
}

// no reports a property that says no. One that says nothing that can be understood does not.
func (p *properties) no(name string) bool {
	return strings.EqualFold(strings.Trim(string(p.values[name]), "\" \t\r\n"), "false")
}
