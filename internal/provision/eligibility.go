package provision

// Rule names a rule of eligibility. It is persisted in drafts and is the id of its words in the catalogue.
type Rule string

// Reason is a rule that a person does not meet, with what its words need (names, numbers).
type Reason struct {
	Rule Rule              `json:"rule"`
	Args map[string]string `json:"args,omitempty"`
}

// ConditionName names one condition for the Calls tab. It is persisted.
type ConditionName string
