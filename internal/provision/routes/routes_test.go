package routes

import (
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"calltab/internal/provision"
)

// shown is a snapshot in the form of Microsoft's examples.
const shown = `{"@odata.context":"https://graph.microsoft.com/v1.0/$metadata#admin/configurationManagement/configurationSnapshots/$entity",
"id":"3b05c24c-db31-4d15-b386-947768ed66b0","displayName":"Calltab routes 20261129","parameters":[],"resources":[
{"displayName":"TeamsVoiceRoutingPolicy-Global","resourceType":"microsoft.teams.voiceroutingpolicy","properties":{"Identity":"Global","OnlinePstnUsages":[],"Ensure":"Present"}},
{"displayName":"TeamsVoiceRoutingPolicy-Metered","resourceType":"microsoft.teams.voiceroutingpolicy","properties":{"Identity":"Tag:Metered","OnlinePstnUsages":["Local","Abroad"],"Ensure":"Present"}},
{"displayName":"TeamsPstnUsage-Local","resourceType":"microsoft.teams.pstnusage","properties":{"Usage":"Local","Ensure":"Present"}},
{"displayName":"TeamsPstnUsage-Abroad","resourceType":"microsoft.teams.pstnusage","properties":{"Usage":"Abroad","Ensure":"Present"}},
{"displayName":"TeamsVoiceRoute-Seattle","resourceType":"microsoft.teams.voiceroute","properties":{"Identity":"Seattle","Priority":0,"OnlinePstnUsages":["Local"],"OnlinePstnGatewayList":["sbc2.example","sbc1.example"],"Ensure":"Present"}},
{"displayName":"TeamsVoiceRoute-World","resourceType":"microsoft.teams.voiceroute","properties":{"Identity":"World","OnlinePstnUsages":["Abroad"],"OnlinePstnGatewayList":[],"Ensure":"Present"}},
{"displayName":"TeamsTenantDialPlan-Global","resourceType":"microsoft.teams.tenantdialplan","properties":{"Identity":"Global","NormalizationRules":[{"Name":"x"}]}},
{"displayName":"TeamsCallingPolicy-Global","resourceType":"microsoft.teams.callingpolicy","properties":{"Identity":"Global","AllowPrivateCalling":true}},
{"displayName":"TeamsCallingPolicy-Quiet","resourceType":"microsoft.teams.callingpolicy","properties":{"Identity":"Tag:Quiet","AllowPrivateCalling":false}},
{"displayName":"TeamsCallingPolicy-Old","resourceType":"microsoft.teams.callingpolicy","properties":{"Identity":"Tag:Old","Ensure":"Absent"}}]}`

var read = Snapshot{
	Voice: []Voice{{Name: "Global"}, {Name: "Metered", Usages: []string{"Abroad", "Local"}, Idle: []string{"Abroad"}, Routes: 2,
		Gateways: []string{"sbc1.example", "sbc2.example"}}},
	Dial: []string{"Global"}, Calling: []Calling{{Name: "Global"}, {Name: "Quiet", Off: true}},
}

func TestParse(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		body string
		want Snapshot
	}{
		"as shown":              {shown, read},
		"names in small":        {strings.NewReplacer("Identity", "identity", "OnlinePstn", "onlinepstn", "AllowPrivate", "allowprivate").Replace(shown), read},
		"types as on the page":  {strings.NewReplacer("voiceroutingpolicy", "VoiceRoutingPolicy", "callingpolicy", "callingPolicy").Replace(shown), read},
		"configurationItems":    {strings.NewReplacer(`"resources"`, `"configurationItems"`, "resourceType", "type", `"properties"`, `"data"`).Replace(shown), read},
		"wrapped":               {`{"value":` + shown + `}`, read},
		"as a list":             {`{"value":[` + shown[strings.Index(shown, "[\n")+2:], read},
		"yes and no as words":   {strings.NewReplacer(":true", `:"True"`, ":false", `:"False"`).Replace(shown), read},
		"a list of one as text": {strings.NewReplacer(`["Local"]`, `"Local"`, `["Abroad"]`, `"Abroad"`).Replace(shown), read},
		"no calls is not known": {strings.Replace(shown, `,"AllowPrivateCalling":false`, "", 1), func() Snapshot {
			s := read
			s.Calling = []Calling{{Name: "Global"}, {Name: "Quiet"}}
			return s
		}()},
		"names from titles": {strings.Replace(shown, `"Identity":"Tag:Metered",`, "", 1), read},
	} {
		if got, err := Parse([]byte(c.body)); err != nil || !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
	for name, body := range map[string]string{
		"nothing": "", "no JSON": "<html>", "a list": "[]", "empty": "{}", "no policies": `{"resources":[]}`,
		"a text for resources": `{"resources":"none"}`, "wrapped too deep": `{"value":{"value":{"value":` + shown + `}}}`,
		"usages that are objects":       strings.Replace(shown, `["Local","Abroad"]`, `[{"a":1}]`, 1),
		"properties that are none":      strings.Replace(shown, `{"Identity":"Global","AllowPrivateCalling":true}`, `7`, 1),
		"a policy without a name":       strings.NewReplacer(`"Identity":"Tag:Metered",`, "", "TeamsVoiceRoutingPolicy-Metered", "Metered").Replace(shown),
		"no voice route":                strings.ReplaceAll(shown, "teams.voiceroute\"", "teams.voiceroutes\""),
		"calling policies and no other": `{"resources":[{"resourceType":"microsoft.teams.callingpolicy","properties":{"Identity":"Global"}}]}`,
	} {
		if got, err := Parse([]byte(body)); !errors.Is(err, ErrUnreadable) {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

// FuzzParse: whatever comes, it is a tidy snapshot or an error.
func FuzzParse(f *testing.F) {
	f.Add([]byte(shown))
	f.Add([]byte(`{"value":[{"type":"microsoft.teams.VOICEROUTE","data":"{\"name\":\"a\"}"}]}`))
	f.Add([]byte(`{"Resources":[{"ResourceType":"microsoft.teams.voiceroutingpolicy","Properties":{"IDENTITY":"tag: x","onlinePstnUsages":[null,"a","A"]}}]}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		s, err := Parse(body)
		if err != nil {
			return
		}
		if len(s.Voice) == 0 {
			t.Error("no policy, and no error")
		}
		for _, v := range s.Voice {
			for _, u := range v.Idle {
				if !slices.Contains(v.Usages, u) {
					t.Errorf("%s leads nowhere, and is none of %q", u, v.Usages)
				}
			}
			if v.Name == "" || len(v.Gateways) > 0 && v.Routes == 0 || !slices.IsSortedFunc(v.Usages, byName) {
				t.Errorf("%+v", v)
			}
		}
		if again, err := Parse(body); err != nil || !reflect.DeepEqual(again, s) {
			t.Error("read twice, it is something else")
		}
	})
}

// spelling is how an answer is written.
type spelling struct {
	t                              *rapid.T
	nested, asText, words, wrapped bool
}

func (s spelling) key(name string) string {
	return rapid.SampledFrom([]string{name, strings.ToLower(name), strings.ToUpper(name), strings.ToLower(name[:1]) + name[1:]}).Draw(s.t, "key")
}

func (s spelling) list(all []string) any {
	if s.asText && len(all) == 1 {
		return all[0]
	}
	if all == nil {
		all = []string{}
	}
	return all
}

func (s spelling) entry(kind string, p map[string]any) map[string]any {
	spelt := map[string]any{}
	for k, v := range p {
		if yes, ok := v.(bool); ok && s.words {
			v = map[bool]string{true: "True", false: "false"}[yes]
		}
		spelt[s.key(k)] = v
	}
	var properties any = spelt
	if s.nested {
		raw, err := json.Marshal(spelt)
		if err != nil {
			s.t.Fatal(err)
		}
		properties = string(raw)
	}
	return map[string]any{s.key("ResourceType"): s.key("microsoft.teams." + kind), s.key("Properties"): properties}
}

// TestSpellings: the same tenant is read the same, however it is spelt and in whatever order.
func TestSpellings(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.StringMatching(`[A-Za-z][a-z0-9 .'"-]{0,6}[a-z]`)
		names := rapid.SliceOfNDistinct(name, 1, 4, strings.ToLower)
		usages, policies := names.Draw(t, "usages"), names.Draw(t, "policies")
		some := func(label string) []string {
			return rapid.SliceOfNDistinct(rapid.SampledFrom(usages), 0, len(usages), rapid.ID).Draw(t, label)
		}
		type item struct {
			kind string
			p    map[string]any
			list map[string][]string
		}
		var all []item
		for _, u := range usages {
			all = append(all, item{"PstnUsage", map[string]any{"Usage": u}, nil})
		}
		for _, p := range policies {
			all = append(all, item{"VoiceRoutingPolicy", map[string]any{"Identity": p}, map[string][]string{"OnlinePstnUsages": some("of policy")}},
				item{"CallingPolicy", map[string]any{"Identity": p, "AllowPrivateCalling": rapid.Bool().Draw(t, "may")}, nil})
		}
		for range rapid.IntRange(1, 3).Draw(t, "routes") {
			all = append(all, item{"VoiceRoute", map[string]any{"Identity": "r"}, map[string][]string{"OnlinePstnUsages": some("of route"),
				"OnlinePstnGatewayList": rapid.SliceOfN(name, 0, 2).Draw(t, "gateways")}})
		}
		write := func(s spelling, all []item) []byte {
			list := []map[string]any{}
			for _, i := range all {
				p := map[string]any{}
				for k, v := range i.p {
					p[k] = v
				}
				for k, v := range i.list {
					p[k] = s.list(v)
				}
				list = append(list, s.entry(i.kind, p))
			}
			var answer any = map[string]any{s.key("Resources"): list}
			if s.wrapped {
				answer = map[string]any{"value": answer}
			}
			raw, err := json.Marshal(answer)
			if err != nil {
				t.Fatal(err)
			}
			return raw
		}
		plain, err := Parse(write(spelling{t: t}, all))
		if err != nil {
			t.Fatal(err)
		}
		flip := func(label string) bool { return rapid.Bool().Draw(t, label) }
		odd := spelling{t, flip("nested"), flip("text"), flip("words"), flip("wrapped")}
		got, err := Parse(write(odd, rapid.Permutation(all).Draw(t, "order")))
		if err != nil || !reflect.DeepEqual(got, plain) {
			t.Fatalf("read %+v, %v; want %+v", got, err, plain)
		}
	})
}

func TestFaults(t *testing.T) {
	t.Parallel()
	s := Snapshot{Dial: []string{"Global", "US"}, Calling: []Calling{{Name: "Global", Off: true}, {Name: "Open"}, {Name: "Quiet", Off: true}},
		Voice: []Voice{{Name: "Bare"}, {Name: "Loose", Usages: []string{"a"}, Idle: []string{"a"}}, {Name: "Dead", Usages: []string{"a"}, Idle: []string{"a"}, Routes: 1},
			{Name: "Half", Usages: []string{"a", "b"}, Idle: []string{"b"}, Routes: 2, Gateways: []string{"x"}}, {Name: "Good", Usages: []string{"a"}, Routes: 1, Gateways: []string{"x"}}}}
	for _, c := range []struct {
		plan provision.Plan
		want []FaultKind
	}{
		{provision.Plan{VoiceRoutingPolicy: "gOOD", DialPlan: "us", CallingPolicy: "open"}, nil},
		{provision.Plan{VoiceRoutingPolicy: "Gone", DialPlan: "Gone", CallingPolicy: "Gone"}, []FaultKind{NoVoicePolicy, NoDialPlan, NoCallingPolicy}},
		{provision.Plan{VoiceRoutingPolicy: "Bare", CallingPolicy: "Open"}, []FaultKind{NoUsages}},
		{provision.Plan{VoiceRoutingPolicy: "Loose", CallingPolicy: "Quiet"}, []FaultKind{NoRoutes, NoCalls}},
		{provision.Plan{VoiceRoutingPolicy: "Dead", CallingPolicy: "Open"}, []FaultKind{NoGateways}},
		{provision.Plan{VoiceRoutingPolicy: "Half", CallingPolicy: "Open"}, []FaultKind{IdleUsages}},
		{provision.Plan{}, []FaultKind{NoCallsByDefault}},
	} {
		var got []FaultKind
		for _, f := range s.Faults(c.plan) {
			got = append(got, f.Kind)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%+v: %q, want %q", c.plan, got, c.want)
		}
	}
	if got := (Snapshot{}).Faults(provision.Plan{VoiceRoutingPolicy: "x", DialPlan: "x", CallingPolicy: "x"}); got != nil {
		t.Errorf("of what was not read it says %v", got)
	}
}

func TestCompare(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 3, 3, 0, 0, 0, time.UTC)
	good := Snapshot{At: at, Dial: []string{"Global"}, Calling: []Calling{{Name: "Global"}}, Voice: []Voice{
		{Name: "Good", Usages: []string{"a"}, Routes: 1, Gateways: []string{"x", "y"}}, {Name: "Other"}}}
	plans := []provision.Plan{{ID: "p", Name: "P", VoiceRoutingPolicy: "Tag:Good", DialPlan: "Global"}}
	bad := good
	bad.Voice = []Voice{{Name: "Good", Usages: []string{"a"}, Idle: []string{"a"}}}
	fewer := good
	fewer.Voice = []Voice{{Name: "good", Usages: []string{"a"}, Routes: 1, Gateways: []string{"Y"}}, good.Voice[1]}
	unread := good
	unread.Dial, unread.Calling = nil, nil
	fault := []Fault{{Kind: NoRoutes, Policy: "Good"}}
	idle := func(usages ...string) Snapshot {
		s := good
		s.Voice = []Voice{{Name: "Good", Usages: []string{"a", "b", "c"}, Idle: usages, Routes: 1, Gateways: []string{"x", "y"}}}
		return s
	}
	idles := func(usages ...string) []Fault {
		return []Fault{{Kind: IdleUsages, Policy: "Good", Usages: usages}}
	}
	without := good
	without.Voice = []Voice{{Name: "Another"}}
	for name, c := range map[string]struct {
		before, after Snapshot
		want          Changes
	}{
		"the first":   {Snapshot{}, bad, Changes{}},
		"the same":    {good, good, Changes{Since: at}},
		"worse":       {good, bad, Changes{Since: at, Plans: []PlanChange{{Plan: "p", Name: "P", New: fault}}, Others: 1}},
		"better":      {bad, good, Changes{Since: at, Plans: []PlanChange{{Plan: "p", Name: "P", Gone: fault}}, Others: 1}},
		"a gateway":   {good, fewer, Changes{Since: at, Plans: []PlanChange{{Plan: "p", Name: "P", Lost: []string{"x"}}}}},
		"one more":    {fewer, good, Changes{Since: at}},
		"half unread": {good, unread, Changes{Since: at}},
		"read again":  {unread, good, Changes{Since: at}},
		// what has got worse is not put right
		"one idle":      {good, idle("a"), Changes{Since: at, Plans: []PlanChange{{Plan: "p", Name: "P", New: idles("a")}}, Others: 1}},
		"one more idle": {idle("a"), idle("a", "b"), Changes{Since: at, Plans: []PlanChange{{Plan: "p", Name: "P", New: idles("b")}}}},
		"one fewer":     {idle("a", "b"), idle("b"), Changes{Since: at, Plans: []PlanChange{{Plan: "p", Name: "P", Gone: idles("a")}}}},
		"idle to none":  {idle("a"), bad, Changes{Since: at, Plans: []PlanChange{{Plan: "p", Name: "P", New: fault}}}},
		"policy gone": {bad, without, Changes{Since: at, Plans: []PlanChange{{Plan: "p", Name: "P",
			New: []Fault{{Kind: NoVoicePolicy, Policy: "Good"}}}}, Others: 1}},
	} {
		got := Compare(c.before, c.after, plans)
		for i := range got.Plans {
			for _, list := range []*[]Fault{&got.Plans[i].New, &got.Plans[i].Gone} {
				if len(*list) == 0 {
					*list = nil
				}
			}
			if len(got.Plans[i].Lost) == 0 {
				got.Plans[i].Lost = nil
			}
		}
		if !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}
