package graph

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"sync"

	json2 "github.com/go-json-experiment/json"
	jsonv1 "github.com/go-json-experiment/json/v1"
	abstractions "github.com/microsoft/kiota-abstractions-go"
)

// The SDK's models make a tree of every answer, with an object and a function for each property: of what reading a
// person costs, they are three quarters. So people, user configurations and numbers, which come with every turn and by
// the thousand, are read from the bytes into structs of ours. The SDK still builds and sends the requests.

// fetch sends a request of the SDK and reads the JSON that answers into a T. An answer without content is
// errUnreadable, as is one that is no such JSON. The SDK hands over the answer as it came: it would read it into memory
// that it enlarges again and again.
func fetch[T any](ctx context.Context, a api, info *abstractions.RequestInformation, err error) (*T, error) {
	if err != nil {
		return nil, err
	}
	var v *T
	option := abstractions.NewRequestHandlerOption()
	option.SetResponseHandler(func(answer any, _ abstractions.ErrorMappings) (any, error) {
		var err error
		v, err = readAnswer[T](answer)
		return nil, err
	})
	info.AddRequestOptions([]abstractions.RequestOption{option})
	if _, err := a.adapter.SendPrimitive(ctx, info, "[]byte", nil); err != nil {
		return nil, err
	}
	if v == nil {
		return nil, errUnreadable
	}
	return v, nil
}

// fetchOne is fetch for one record, which is asked for uncompressed: to unpack some kilobytes costs more processor time
// than to receive them. Lists are packed.
func fetchOne[T any](ctx context.Context, a api, info *abstractions.RequestInformation, err error) (*T, error) {
	if err != nil {
		return nil, err
	}
	info.Headers.Add("Accept-Encoding", "identity")
	return fetch[T](ctx, a, info, nil)
}

// answers are where answers are read into; keepAnswer bounds what is kept, in bytes.
var answers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

const keepAnswer = 64 << 10

// reading is how answers are read: as Go's own library does, but without looking through an answer before it is read,
// which costs as much again.
var reading = json2.JoinOptions(jsonv1.DefaultOptionsV1(), jsonv1.ReportErrorsWithLegacySemantics(false))

// readAnswer reads the JSON of an answer and closes it. The gate has ended all but those with 2xx.
func readAnswer[T any](answer any) (*T, error) {
	resp, ok := answer.(*http.Response)
	if !ok {
		return nil, errUnreadable
	}
	defer resp.Body.Close()
	b := answers.Get().(*bytes.Buffer)
	defer func() {
		if b.Cap() <= keepAnswer {
			b.Reset()
			answers.Put(b)
		}
	}()
	if _, err := b.ReadFrom(resp.Body); err != nil {
		return nil, err
	}
	if b.Len() == 0 {
		return nil, errUnreadable
	}
	v := new(T)
	if err := json2.Unmarshal(b.Bytes(), v, reading); err != nil {
		return nil, fmt.Errorf("%w: %w", errUnreadable, err)
	}
	return v, nil
}

// list is a page of records. An entry that is null stays nil.
type list[T any] struct {
	Value []*T   `json:"value"`
	Next  string `json:"@odata.nextLink"`
	Delta string `json:"@odata.deltaLink"`
}

// GetOdataNextLink is where the list goes on; nil where it ends.
func (l *list[T]) GetOdataNextLink() *string { return &l.Next }

// userRecord is what is read of a person (https://learn.microsoft.com/graph/api/resources/user).
type userRecord struct {
	Type              string          `json:"@odata.type"` // of a relation: what it leads to
	ID                string          `json:"id"`
	UserPrincipalName string          `json:"userPrincipalName"`
	Mail              string          `json:"mail"`
	DisplayName       string          `json:"displayName"`
	GivenName         string          `json:"givenName"`
	Surname           string          `json:"surname"`
	City              string          `json:"city"`
	OfficeLocation    string          `json:"officeLocation"`
	MobilePhone       string          `json:"mobilePhone"`
	BusinessPhones    []string        `json:"businessPhones"`
	UsageLocation     string          `json:"usageLocation"`
	AccountEnabled    bool            `json:"accountEnabled"`
	UserType          string          `json:"userType"`
	AssignedPlans     []assignedPlan  `json:"assignedPlans"`
	AssignedLicenses  []assignedSKU   `json:"assignedLicenses"`
	Removed           json.RawMessage `json:"@removed"` // change tracking: the account is gone
}

type assignedPlan struct {
	ServicePlanID    string `json:"servicePlanId"`
	CapabilityStatus string `json:"capabilityStatus"`
}

type assignedSKU struct {
	SKUID string `json:"skuId"`
}

// configuration is what is read of a user configuration
// (https://learn.microsoft.com/graph/api/resources/teamsadministration-teamsuserconfiguration).
type configuration struct {
	ID               string            `json:"id"`
	AccountType      string            `json:"accountType"`
	FeatureTypes     []string          `json:"featureTypes"`
	EnterpriseVoice  bool              `json:"isEnterpriseVoiceEnabled"`
	TelephoneNumbers []assignedNumber  `json:"telephoneNumbers"`
	Policies         []effectivePolicy `json:"effectivePolicyAssignments"`
}

type assignedNumber struct {
	TelephoneNumber    string `json:"telephoneNumber"`
	AssignmentCategory string `json:"assignmentCategory"`
}

type effectivePolicy struct {
	PolicyType string `json:"policyType"`
	Assignment *struct {
		DisplayName    string `json:"displayName"`
		AssignmentType string `json:"assignmentType"`
		PolicyID       string `json:"policyId"`
	} `json:"policyAssignment"`
}

// numberRecord is what is read of a number
// (https://learn.microsoft.com/graph/api/resources/teamsadministration-numberassignment).
type numberRecord struct {
	TelephoneNumber    string `json:"telephoneNumber"`
	AssignmentTargetID string `json:"assignmentTargetId"`
	NumberType         string `json:"numberType"`
	NumberSource       string `json:"numberSource"`
	AssignmentStatus   string `json:"assignmentStatus"`
	ActivationState    string `json:"activationState"`
	AssignmentCategory string `json:"assignmentCategory"`
}

// known is the name as the SDK knows it, or none where it does not: what a newer Graph sends decides nothing.
func known[E interface{ String() string }](parse func(string) (any, error), name string) string {
	v, err := parse(name)
	e, ok := v.(E)
	if err != nil || !ok {
		return ""
	}
	return e.String()
}
