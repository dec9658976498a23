package graph_test

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"calltab/internal/sandbox/graph"
)

// The contract is typed in here from the metadata document of Graph v1.0
// (https://graph.microsoft.com/v1.0/$metadata, schema
// microsoft.graph.teamsAdministration), on purpose not from the package under test: a
// name that is wrong in both would be wrong in the bot as well.

// kinds of values.
const (
	text     = "text"
	optional = "text or null"
	flag     = "bool"
	moment   = "moment"
	texts    = "list of text"
)

// entity maps a property to its kind: one of the above, "enum E", "enum E or null",
// "list of enum E", "T" or "list of T" for a further type.
type entity map[string]string

var contract = map[string]entity{
	"numberAssignment": {
		"id": text, "activationState": "enum activationState", "assignmentCategory": "enum assignmentCategory or null",
		"assignmentStatus": "enum assignmentStatus or null", "assignmentTargetId": optional, "capabilities": "list of enum numberCapability",
		"city": optional, "civicAddressId": optional, "isoCountryCode": optional, "locationId": optional, "networkSiteId": optional,
		"numberSource": "enum numberSource or null", "numberType": "enum numberType", "operatorId": text,
		"portInStatus": "enum portInStatus or null", "reverseNumberLookupOptions": "list of enum reverseNumberLookupOption",
		"supportedCustomerActions": "list of enum customerAction", "telephoneNumber": text,
	},
	"teamsUserConfiguration": {
		"id": text, "accountType": "enum accountType", "createdDateTime": moment, "effectivePolicyAssignments": "list of effectivePolicyAssignment",
		"featureTypes": texts, "isEnterpriseVoiceEnabled": flag, "modifiedDateTime": moment, "telephoneNumbers": "list of assignedTelephoneNumber",
		"tenantId": text, "userPrincipalName": text,
	},
	"effectivePolicyAssignment": {"policyAssignment": "policyAssignment", "policyType": text},
	"policyAssignment":          {"assignmentType": "enum assignmentType", "displayName": text, "groupId": optional, "policyId": text},
	"assignedTelephoneNumber":   {"assignmentCategory": "enum assignmentCategory", "telephoneNumber": text},
	"policyIdentifierDetail":    {"id": text, "name": text, "policyId": text},
	"telephoneNumberLongRunningOperation": {
		"id": text, "createdDateTime": moment, "numbers": "list of telephoneNumberLongRunningOperationDetails", "status": "enum longRunningOperationStatus"},
	"telephoneNumberLongRunningOperationDetails": {
		"resourceLocation": optional, "status": "enum longRunningOperationStatus", "statusDetail": optional},
}

var enums = map[string]string{
	"accountType":                "user resourceAccount guest sfbOnPremUser unknown unknownFutureValue ineligibleUser",
	"activationState":            "activated assignmentPending assignmentFailed updatePending updateFailed unknownFutureValue",
	"assignmentCategory":         "primary private alternate unknownFutureValue",
	"assignmentStatus":           "unassigned internalError userAssigned conferenceAssigned voiceApplicationAssigned thirdPartyAppAssigned policyAssigned unknownFutureValue",
	"assignmentType":             "direct group unknownFutureValue",
	"customerAction":             "locationUpdate release unknownFutureValue",
	"numberCapability":           "conferenceAssignment voiceApplicationAssignment userAssignment teamsPhoneMobile unknownFutureValue",
	"numberSource":               "online onPremises unknownFutureValue",
	"numberType":                 "internalError directRouting callingPlan operatorConnect unknownFutureValue",
	"portInStatus":               "completed firmOrderCommitmentAccepted unknownFutureValue",
	"reverseNumberLookupOption":  "skipInternalVoip unknownFutureValue",
	"longRunningOperationStatus": "notStarted running succeeded failed skipped unknownFutureValue",
}

var utc = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$`)

// reporter is the part of testing.T that keep needs.
type reporter interface {
	Helper()
	Errorf(format string, args ...any)
}

// keep checks that the object has exactly the type's properties and kinds.
func keep(t reporter, kind string, object map[string]any) {
	t.Helper()
	want := contract[kind]
	if want == nil {
		t.Errorf("no contract for %s", kind)
		return
	}
	for name, value := range object {
		if strings.HasPrefix(name, "@odata.") {
			continue
		}
		if want[name] == "" {
			t.Errorf("%s has %s, which is not in the contract", kind, name)
			continue
		}
		keepValue(t, kind+"."+name, want[name], value)
	}
	for name := range want {
		if _, there := object[name]; !there {
			t.Errorf("%s lacks %s", kind, name)
		}
	}
}

func keepValue(t reporter, where, kind string, value any) {
	t.Helper()
	if of, isList := strings.CutPrefix(kind, "list of "); isList {
		list, isList := value.([]any)
		if !isList {
			t.Errorf("%s is %v, want a list", where, value)
		}
		for _, v := range list {
			keepValue(t, where, of, v)
		}
		return
	}
	if required, mayBeNull := strings.CutSuffix(kind, " or null"); mayBeNull {
		if value == nil {
			return
		}
		kind = required
	}
	if name, isEnum := strings.CutPrefix(kind, "enum "); isEnum {
		member, _ := value.(string)
		if enums[name] == "" || !slices.Contains(strings.Fields(enums[name]), member) {
			t.Errorf("%s is %v, not one of %s", where, value, name)
		}
		return
	}
	s, isText := value.(string)
	switch kind {
	case text:
		if !isText || s == "" {
			t.Errorf("%s is %v, want text", where, value)
		}
	case moment:
		if !utc.MatchString(s) {
			t.Errorf("%s is %v, want a moment in UTC", where, value)
		}
	case flag:
		if _, isFlag := value.(bool); !isFlag {
			t.Errorf("%s is %v, want a bool", where, value)
		}
	default:
		object, isObject := value.(map[string]any)
		if !isObject {
			t.Errorf("%s is %v, want a %s", where, value, kind)
			return
		}
		keep(t, kind, object)
	}
}

func TestServedJSONKeepsTheContract(t *testing.T) {
	t.Parallel()
	w := start(t, func(c *graph.Config) { c.Operations = graph.Plain })
	w.policies("assign", map[string]any{"userId": w.id("dana"), "policyType": "OnlineVoiceRoutingPolicy", "policyId": w.policyID("OnlineVoiceRoutingPolicy", "Metered%20Calls")})
	good := w.assign("dana", "+12065550101", "locationId", "x").header.Get("Location")
	bad := w.assign("hugo", "+12065550102").header.Get("Location")
	for range 4 {
		keep(t, "telephoneNumberLongRunningOperation", w.get(good).body)
		keep(t, "telephoneNumberLongRunningOperation", w.get(bad).body)
		w.clock.Advance(5 * time.Second)
	}
	w.clock.Advance(time.Hour)
	w.Withhold("quinn", "assignment")
	w.call("POST", manage+"/numberAssignments/updateNumber", map[string]any{"telephoneNumber": "+12065550101", "reverseNumberLookupOptions": []string{"skipInternalVoip"}})
	numbers := w.get(manage + "/numberAssignments").list()
	if len(numbers) != 6 {
		t.Errorf("%d numbers, want 6", len(numbers))
	}
	for _, n := range numbers {
		keep(t, "numberAssignment", n)
	}
	for _, prefer := range []string{"", "include-unknown-enum-members"} {
		all := w.get("/admin/teams/userConfigurations"+query("$top", "500"), "Prefer", prefer).list()
		if len(all) != len(w.org.People) {
			t.Errorf("%d configurations, want %d", len(all), len(w.org.People))
		}
		for _, c := range all {
			keep(t, "teamsUserConfiguration", c)
		}
	}
	keep(t, "policyIdentifierDetail", w.get("/admin/teams/policy/getPolicyId(type='TenantDialPlan',name='US-Boston')").list()[0])
}

// complaints counts what keep finds.
type complaints int

func (c *complaints) Helper()               {}
func (c *complaints) Errorf(string, ...any) { *c++ }

// TestContractCanFail guards the guard.
func TestContractCanFail(t *testing.T) {
	t.Parallel()
	good := map[string]any{"telephoneNumber": "+1", "assignmentCategory": "primary"}
	for want, change := range []map[string]any{{}, {"more": "x"}, {"telephoneNumber": "", "assignmentCategory": "Primary"}} {
		object := maps.Clone(good)
		maps.Copy(object, change)
		var found complaints
		keep(&found, "assignedTelephoneNumber", object)
		if int(found) != want {
			t.Errorf("%v: %d complaints, want %d", object, found, want)
		}
	}
	var found complaints
	if keep(&found, "assignedTelephoneNumber", map[string]any{}); found != 2 {
		t.Errorf("empty: %d complaints, want 2", found)
	}
}
