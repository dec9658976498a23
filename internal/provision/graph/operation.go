package graph

import (
	"context"
	"errors"
	"net/url"
	"strings"

	"calltab/internal/provision"

	"github.com/microsoft/kiota-abstractions-go/serialization"
	"github.com/microsoftgraph/msgraph-sdk-go/admin"
)

var readOperation = call{op: "read operation", service: ofPhones, permission: writeNumbers}

// operationConfiguration is the SDK's name for what goes along with a request.
type operationConfiguration = admin.TeamsTelephoneNumberManagementOperationsTelephoneNumberLongRunningOperationItemRequestBuilderGetRequestConfiguration

// Operation reads how far an operation is; id is its id or its address. Operations are kept for a while only: one
// that is gone is NotFound.
func (c *Client) Operation(ctx context.Context, tenant provision.TenantID, id string) (provision.Operation, error) {
	if strings.Contains(id, operationsPath) {
		id = operationID(id)
	}
	if !plainID(id) {
		return provision.Operation{}, invalid(readOperation, "not the id of an operation")
	}
	answer, err := send(ctx, c, tenant, readOperation, func(a api) (*operation, error) {
		info, err := a.teams().TelephoneNumberManagement().Operations().ByTelephoneNumberLongRunningOperationId(id).
			ToGetRequestInformation(ctx, &operationConfiguration{Headers: allMembers()})
		if err != nil {
			return nil, err
		}
		return receive(ctx, a, info, &operation{})
	})
	if err != nil {
		return provision.Operation{}, err
	}
	state, detail := answer.outcome()
	return provision.Operation{ID: id, State: state, Detail: detail, Shape: answer.shape()}, nil
}

// operation is telephoneNumberLongRunningOperation and, since they share their fields, one of its numbers. The SDK's
// model cannot hold what is seen: the example of Microsoft's page wraps the object in "value", where the model has no
// status at all, and the status "skipped" is missing from its enum.
type operation struct {
	status  string
	detail  string
	numbers []*operation
	wrapped *operation
}

// Serialize does nothing: operations are only read.
func (o *operation) Serialize(serialization.SerializationWriter) error { return nil }

// GetFieldDeserializers implements the SDK's Parsable. A field of another type than expected is as good as absent.
func (o *operation) GetFieldDeserializers() map[string]func(serialization.ParseNode) error {
	create := func(serialization.ParseNode) (serialization.Parsable, error) { return &operation{}, nil }
	read := func(to *string) func(serialization.ParseNode) error {
		return func(n serialization.ParseNode) error {
			s, _ := n.GetStringValue()
			*to = text(s)
			return nil
		}
	}
	return map[string]func(serialization.ParseNode) error{
		"status":       read(&o.status),
		"statusDetail": read(&o.detail),
		"numbers": func(n serialization.ParseNode) error {
			list, _ := n.GetCollectionOfObjectValues(create)
			for _, p := range list {
				if number, ok := p.(*operation); ok {
					o.numbers = append(o.numbers, number)
				}
			}
			return nil
		},
		"value": func(n serialization.ParseNode) error {
			p, _ := n.GetObjectValue(create)
			o.wrapped, _ = p.(*operation)
			return nil
		},
	}
}

// shape is which of the two documented forms the answer has.
func (o *operation) shape() string {
	switch {
	case o.status != "":
		return "bare"
	case o.wrapped != nil && o.wrapped.shape() != "":
		return "in value"
	}
	return ""
}

// outcome is the state of the whole with the service's words for the log. Success of the whole with a number that
// failed is failure: we send one number at a time.
func (o *operation) outcome() (provision.OperationState, string) {
	if o.status == "" && o.wrapped != nil {
		return o.wrapped.outcome()
	}
	state := operationState(o.status)
	var details []string
	for _, n := range o.numbers {
		if state == provision.OperationSucceeded && operationState(n.status) == provision.OperationFailed {
			state = provision.OperationFailed
		}
		if n.detail != "" {
			details = append(details, n.detail)
		}
	}
	if len(details) == 0 {
		details = append(details, o.status)
	}
	return state, forLog(strings.Join(details, "; "))
}

// operationState reads longRunningOperationStatus. A skipped operation will not be done later, so it failed.
func operationState(status string) provision.OperationState {
	switch status {
	case "succeeded":
		return provision.OperationSucceeded
	case "failed", "skipped":
		return provision.OperationFailed
	}
	return provision.OperationRunning
}

const operationsPath = "operations"

// operationID takes the id out of an operation's address, which ends in operations('id') or operations/id. It returns
// none where there is no id that could be asked for again.
func operationID(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	i := strings.LastIndex(u.Path, operationsPath)
	if i < 0 {
		return ""
	}
	id, err := key(u.Path[i+len(operationsPath):])
	if err != nil || !plainID(id) {
		return ""
	}
	return id
}

// key reads what follows the name of a collection: ('id') or /id.
func key(s string) (string, error) {
	if id, ok := strings.CutPrefix(s, "/"); ok {
		return strings.TrimSuffix(id, "/"), nil
	}
	if id, ok := strings.CutPrefix(s, "('"); ok {
		if id, ok = strings.CutSuffix(id, "')"); ok {
			return id, nil
		}
	}
	return "", errors.New("no key")
}

// plainID reports whether id is made of what ids are made of: GUIDs, base64 of both kinds. It is encoded in the path.
func plainID(id string) bool {
	return id != "" && len(id) <= 512 && !strings.ContainsFunc(id, func(r rune) bool {
		return !(r < 0x80 && (hex(byte(r)) || 'g' <= r|0x20 && r|0x20 <= 'z' || strings.ContainsRune("+/=_-|:", r)))
	})
}
