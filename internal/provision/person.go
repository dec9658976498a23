package provision

import "strings"

// Person is a Microsoft 365 user as the directory shows it now.
type Person struct {
	ID            UserID        `json:"id"`
	UPN           string        `json:"upn"`
	Mail          string        `json:"mail,omitempty"` // the address, where it is another one than the user name
	DisplayName   string        `json:"display_name"`
	GivenName     string        `json:"given_name,omitempty"`
	Surname       string        `json:"surname,omitempty"`
	City          string        `json:"city,omitempty"`
	Office        string        `json:"office,omitempty"`
	Mobile        string        `json:"mobile,omitempty"`
	Phones        []string      `json:"phones,omitempty"`         // businessPhones: text, and no number that Teams knows
	UsageLocation string        `json:"usage_location,omitempty"` // ISO 3166-1 alpha-2
	Enabled       bool          `json:"enabled"`
	Guest         bool          `json:"guest,omitempty"`
	Plans         []ServicePlan `json:"plans,omitempty"` // assignedPlans
	SKUs          []string      `json:"skus,omitempty"`  // assignedLicenses, lower-case GUIDs
	Gone          bool          `json:"gone,omitempty"`  // the directory does not have the account any more; only names are known
}

// ServicePlan is one part of a licence. Only the statuses Enabled and Warning (a grace period) count as having it.
type ServicePlan struct {
	ID     string `json:"id"`     // lower-case GUID
	Status string `json:"status"` // capabilityStatus: Enabled, Warning, Suspended, Deleted, LockedOut
}

// Name is how a card names the person: the display name, else the user name.
func (p Person) Name() string {
	if n := strings.TrimSpace(p.DisplayName); n != "" {
		return n
	}
	return p.UPN
}
