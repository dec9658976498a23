package provision

import "time"

// Condition is one line of the readiness checklist.
type Condition struct {
	Name  ConditionName `json:"name"`
	Met   bool          `json:"met"`
	Since time.Time     `json:"since,omitzero"` // when it became what it is
}
